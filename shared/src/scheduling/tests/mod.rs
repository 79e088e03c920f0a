//! The engine against stories, hand-written clock changes and a slow reference that decides by definition.

mod buffers_and_gaps;
mod chains;
mod classes;
mod clock_changes;
mod examples;
mod properties;
mod reference;
mod resources;
mod salon;
mod strategies;
mod team;
mod values;
mod vectors;
mod working_time;
