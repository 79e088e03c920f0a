//! The engine against stories, hand-written clock changes and a slow reference that decides by definition.

mod clock_changes;
mod examples;
mod properties;
mod reference;
mod salon;
mod strategies;
mod values;
mod working_time;
