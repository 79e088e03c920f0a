//! [`Chain`]: several services in a row, booked as one. The engine for each of them is [`Schedule`]; here is what the parts
//! of one visit mean for each other: who is with the customer, the time around that, and the units they take together.
//!
//! The first part begins where its service is offered. Each other one begins when the one before is over, on the grid of its
//! service or not, or at a start of that grid for which the customer is willing to wait; a class that nobody has opened
//! only on its grid, where others find it. All of it is on one date.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{DateRange, MinuteOfDay, Offer, Rule, Schedule, Slot, schedule::Day};
use crate::ids::{ResourceId, StaffMemberId};

/// Services of one business, in the order in which a customer has them.
#[derive(Clone, Debug)]
pub struct Chain<'a> {
    /// The schedule of each.
    pub parts: Vec<&'a Schedule>,
    /// How long the customer is willing to wait between one part and the next.
    pub max_wait: SignedDuration,
}

/// A way to have all parts: of those with the same start the one that waits least, and then the first by the order of each
/// part's staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The date in the business's zone.
    pub date: Date,
    /// The wall-clock time of the start in the business's zone.
    pub time: MinuteOfDay,
    /// Each part, in order; at least one.
    pub parts: Vec<PlannedPart>,
}

/// A part of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPart {
    /// With whom and when.
    pub offer: Offer,
    /// Who could have it at this very time while all other parts stay as they are, the planned one among them; in the order
    /// the schedule lists them.
    pub staff: Vec<StaffMemberId>,
}

impl Plan {
    /// When the first part starts.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.parts.first().map_or(Timestamp::MAX, |part| part.offer.times.start)
    }

    /// When the last part is over.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.parts.last().map_or(Timestamp::MAX, |part| part.offer.times.end)
    }
}

impl Chain<'_> {
    /// A plan for every start at which there is one on `date`, in order.
    #[must_use]
    pub fn plans_on(&self, date: Date, now: Timestamp) -> Vec<Plan> {
        let Some((first, _)) = self.parts.split_first() else { return Vec::new() };
        let mut search = Search::new(self, date, now);
        first.slots_on(date, now).iter().filter_map(|slot| search.from(slot)).collect()
    }

    /// The plan for `time` on `date`.
    ///
    /// # Errors
    /// The rule against the first part, or that the others are taken.
    pub fn check(&self, date: Date, time: MinuteOfDay, now: Timestamp) -> Result<Plan, Rule> {
        let (first, _) = self.parts.split_first().ok_or(Rule::NobodyOffers)?;
        let slot = first.check(date, time, now)?;
        Search::new(self, date, now).from(&slot).ok_or(Rule::Taken)
    }

    /// As [`Schedule::nearest`]. Only so many starts are looked at as it takes to find them.
    #[must_use]
    pub fn nearest(
        &self,
        date: Date,
        time: MinuteOfDay,
        dates: DateRange,
        limit: usize,
        now: Timestamp,
    ) -> Vec<Plan> {
        let Some((first, _)) = self.parts.split_first() else { return Vec::new() };
        let mut searches = HashMap::new();
        let slots = first.by_nearness(date, time, dates, now).into_iter();
        let plans = slots.filter_map(|slot| {
            let search = searches.entry(slot.date).or_insert_with(|| Search::new(self, slot.date, now));
            search.from(&slot)
        });
        let mut plans: Vec<Plan> = plans.take(limit).collect();
        plans.sort_unstable_by_key(Plan::start);
        plans
    }
}

/// A part that has its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Placed {
    offer: Offer,
    /// What it takes of the resources.
    units: Vec<(ResourceId, u16)>,
}

impl Placed {
    fn is_in_the_way(&self, offer: &Offer) -> bool {
        // Who joins a class takes no time that the class does not have already.
        let takes_time = !self.offer.joins && !offer.joins && self.offer.staff == offer.staff;
        takes_time
            && self
                .offer
                .times
                .occupied()
                .any(|taken| offer.times.occupied().any(|span| span.overlaps(taken)))
    }
}

/// How many places are tried for the parts behind one start before it is given up, as if there were none: never reached but
/// where buffers of hours make everything depend on everything.
const MOST_TRIES: u32 = 5_000;

/// Looking for plans on one date.
struct Search<'a> {
    chain: &'a Chain<'a>,
    now: Timestamp,
    days: Vec<Day<'a>>,
    /// The starts of each part's grid, if anyone is willing to wait for them.
    grids: Vec<Vec<Timestamp>>,
    /// How long before its start a part, or one behind it, occupies anything.
    reach: Vec<SignedDuration>,
    /// Who offers which part when, and whether on its grid.
    offers: HashMap<(usize, Timestamp, bool), Rc<[Offer]>>,
    /// Whether a part and those behind it could be had from when on, if nothing were before them.
    possible: HashMap<(usize, Timestamp), bool>,
    /// Of one start: which parts cannot begin from when on, after what of those before that can still be in their way.
    hopeless: HashSet<(usize, Timestamp, Vec<Placed>)>,
    tries_left: u32,
    /// How long each part may keep the customer waiting.
    longest: Vec<SignedDuration>,
}

impl<'a> Search<'a> {
    fn new(chain: &'a Chain<'a>, date: Date, now: Timestamp) -> Self {
        let days: Vec<Day<'a>> = chain.parts.iter().map(|schedule| schedule.day(date)).collect();
        let waits = !chain.max_wait.is_zero();
        let grid =
            |(schedule, day): (&&Schedule, &Day<'_>)| if waits { schedule.grid(day) } else { Vec::new() };
        let grids = chain.parts.iter().zip(&days).map(grid).collect();
        let mut farthest = SignedDuration::ZERO;
        let mut reach: Vec<SignedDuration> = Vec::new();
        for schedule in chain.parts.iter().rev() {
            let buffers = schedule.staff.iter().map(|staff| staff.visit.buffer_before);
            farthest = farthest.max(SignedDuration::from_mins(buffers.max().unwrap_or(0).into()));
            reach.push(farthest);
        }
        reach.reverse();
        Self {
            chain,
            now,
            days,
            grids,
            reach,
            offers: HashMap::new(),
            possible: HashMap::new(),
            hopeless: HashSet::new(),
            tries_left: 0,
            longest: Vec::new(),
        }
    }

    /// The plan that begins with a slot of the first part.
    fn from(&mut self, slot: &Slot) -> Option<Plan> {
        self.longest = vec![self.chain.max_wait; self.chain.parts.len()];
        let mut placed = self.places(slot)?;
        // Whoever has a part, the next waits no longer than it has to: the one before first.
        for part in 1..placed.len() {
            let wait = |placed: &[Placed]| match placed.get(part - 1..=part) {
                Some([before, next]) => next.offer.times.start.duration_since(before.offer.times.end),
                _ => SignedDuration::ZERO,
            };
            let mut shortest = wait(&placed);
            while shortest.is_positive() {
                self.longest[part] = shortest - SignedDuration::from_secs(1);
                let Some(sooner) = self.places(slot) else { break };
                shortest = wait(&sooner);
                placed = sooner;
            }
            self.longest[part] = shortest;
        }
        Some(self.plan(slot, &placed))
    }

    /// Places for all parts, nobody of which keeps the customer waiting for too long.
    fn places(&mut self, slot: &Slot) -> Option<Vec<Placed>> {
        // Anew for every start, so that each is found alone when it is found among all.
        self.hopeless.clear();
        self.tries_left = MOST_TRIES;
        let mut placed = Vec::new();
        self.place_one_of(&mut placed, &slot.offers).then_some(placed)
    }

    /// Finds places for the parts that have none yet, the next of which can begin from an instant on.
    fn finish(&mut self, placed: &mut Vec<Placed>, ready: Timestamp) -> bool {
        let part = placed.len();
        let Some(reach) = self.reach.get(part).copied() else { return true };
        let matters = |before: &&Placed| before.offer.times.busy.end.duration_since(ready) > -reach;
        let state = (part, ready, placed.iter().filter(matters).cloned().collect());
        if self.tries_left == 0 || !self.is_possible(part, ready) || self.hopeless.contains(&state) {
            return false;
        }
        self.tries_left -= 1;
        for start in self.starts(part, ready, self.longest.get(part).copied().unwrap_or_default()) {
            let offers = self.offers(part, start, start > ready);
            if self.place_one_of(placed, &offers) {
                return true;
            }
        }
        self.hopeless.insert(state);
        false
    }

    /// Takes one of the offers of the next part that leaves places for those behind it.
    fn place_one_of(&mut self, placed: &mut Vec<Placed>, offers: &[Offer]) -> bool {
        for next in self.choices(placed.len(), offers, placed) {
            let over = next.offer.times.end;
            placed.push(next);
            if self.finish(placed, over) {
                return true;
            }
            placed.pop();
        }
        false
    }

    /// Whether a part and those behind it have places as far as others are concerned: mostly why a start is not offered, and
    /// known once for all that is before.
    fn is_possible(&mut self, part: usize, ready: Timestamp) -> bool {
        if part == self.chain.parts.len() {
            return true;
        }
        if let Some(known) = self.possible.get(&(part, ready)) {
            return *known;
        }
        let mut ends: Vec<Timestamp> = Vec::new();
        for start in self.starts(part, ready, self.chain.max_wait) {
            ends.extend(self.offers(part, start, start > ready).iter().map(|offer| offer.times.end));
        }
        ends.sort_unstable();
        ends.dedup();
        let possible = ends.into_iter().any(|end| self.is_possible(part + 1, end));
        self.possible.insert((part, ready), possible);
        possible
    }

    /// When a part can begin that is not the first.
    fn starts(&self, part: usize, ready: Timestamp, longest: SignedDuration) -> Vec<Timestamp> {
        let waits = |start: &&Timestamp| start.duration_since(ready) <= longest;
        let grid = self.grids.get(part).map_or(&[][..], Vec::as_slice);
        let later = grid.get(grid.partition_point(|start| *start <= ready)..).unwrap_or_default();
        std::iter::once(ready).chain(later.iter().take_while(waits).copied()).collect()
    }

    fn offers(&mut self, part: usize, start: Timestamp, is_on_grid: bool) -> Rc<[Offer]> {
        let (chain, days, now) = (self.chain, &self.days, self.now);
        let offers = || {
            let part = chain.parts.get(part).zip(days.get(part));
            part.map_or_else(Vec::new, |(schedule, day)| schedule.offers_at(day, start, is_on_grid, now))
                .into()
        };
        Rc::clone(self.offers.entry((part, start, is_on_grid)).or_insert_with(offers))
    }

    /// Which of some offers of a part can be had beside those before, and make a difference for those behind: of offers
    /// that take the same time, one more than there are parts behind, for those can occupy no more staff than they are.
    fn choices(&self, part: usize, offers: &[Offer], placed: &[Placed]) -> Vec<Placed> {
        let enough = self.chain.parts.len() - part;
        let mut choices: Vec<Placed> = Vec::new();
        for offer in offers {
            let alike =
                |other: &&Placed| (other.offer.times, other.offer.joins) == (offer.times, offer.joins);
            if choices.iter().filter(alike).count() < enough {
                choices.extend(self.beside(part, offer, placed));
            }
        }
        choices
    }

    /// An offer of a part with its units, as a booking would claim them, if what the parts before have taken leaves them.
    fn beside(&self, part: usize, offer: &Offer, placed: &[Placed]) -> Option<Placed> {
        if placed.iter().any(|before| before.is_in_the_way(offer)) {
            return None;
        }
        let mut units = Vec::new();
        let schedule = self.chain.parts.get(part).filter(|_| !offer.joins);
        for resource in schedule.into_iter().flat_map(|schedule| &schedule.resources) {
            let busy = offer.times.busy;
            let is_taken = |unit: u16| {
                let meanwhile = |before: &&Placed| before.offer.times.busy.overlaps(busy);
                placed.iter().filter(meanwhile).any(|before| before.units.contains(&(resource.id, unit)))
            };
            let needed = usize::from(resource.needed);
            let before = units.len();
            let free = resource.free_units(busy).into_iter().filter(|unit| !is_taken(*unit)).take(needed);
            units.extend(free.map(|unit| (resource.id, unit)));
            if units.len() < before + needed {
                return None;
            }
        }
        Some(Placed { offer: *offer, units })
    }

    fn plan(&mut self, slot: &Slot, placed: &[Placed]) -> Plan {
        let mut ready = None;
        let parts = placed.iter().enumerate().map(|(part, chosen)| {
            let start = chosen.offer.times.start;
            let offers = match ready.replace(chosen.offer.times.end) {
                Some(ready) => self.offers(part, start, start > ready),
                None => slot.offers.as_slice().into(),
            };
            let others = || placed.iter().enumerate().filter(move |(other, _)| *other != part);
            let can_have_it = |offer: &&Offer| {
                (offer.times, offer.joins) == (chosen.offer.times, chosen.offer.joins)
                    && !others().any(|(_, other)| other.is_in_the_way(offer))
            };
            let staff = offers.iter().filter(can_have_it).map(|offer| offer.staff).collect();
            PlannedPart { offer: chosen.offer, staff }
        });
        Plan { date: slot.date, time: slot.time, parts: parts.collect() }
    }
}
