//! The tables, in Markdown.

use super::{Start, Taken, population::Population};

/// What functions take before they are asked for anything.
pub(super) fn starts(starts: &[Start]) {
    println!("### Start\n");
    println!("| function | size (MB) | first answer (ms) | first with the database (ms) | resident (MB) |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for Start { name, size, first, first_from_database, resident } in starts {
        println!("| {name} | {size:.1} | {first:.1} | {first_from_database:.1} | {resident:.1} |");
    }
    println!();
}

/// What the scenarios took in one population.
pub(super) struct Table {
    population: Population,
    rows: Vec<Taken>,
    booking: Option<(f64, f64)>,
}

impl Table {
    pub(super) fn of(population: Population) -> Self {
        Self { population, rows: Vec::new(), booking: None }
    }

    pub(super) fn add(&mut self, taken: Taken) {
        self.rows.push(taken);
    }

    /// Bookings a second, and how often Postgres alone does the same.
    pub(super) fn compare_booking(&mut self, ours: f64, alike: Option<f64>) {
        self.booking = alike.map(|alike| (ours, alike));
    }

    pub(super) fn print(&self) {
        let Population { businesses, appointments, .. } = self.population;
        println!("### {businesses} businesses, {appointments} appointments\n");
        println!(
            "| request | a second | p50 (ms) | p99 (ms) | alone, p50 (ms) | statements | CPU, function (ms) | CPU, database (ms) | together | budget | database's share | resident (MB) |"
        );
        println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for taken in &self.rows {
            let Taken { name, budget, crowd, alone, function, database, statements, resident } = taken;
            let together = function + database;
            println!(
                "| {name} | {:.0} | {:.1} | {:.1} | {:.2} | {statements} | {function:.2} | {database:.2} | {together:.2} | {} | {:.0} % | {resident:.0} |",
                crowd.per_second(),
                crowd.percentile(50),
                crowd.percentile(99),
                alone.percentile(50),
                budget.map_or_else(|| "–".to_owned(), |budget| format!("{budget:.2}")),
                100.0 * database / together,
            );
        }
        println!();
        if let Some((ours, alike)) = self.booking {
            println!(
                "Booking: {ours:.0} a second; pgbench with the same statements: {alike:.0}; {:.0} %.\n",
                100.0 * ours / alike
            );
        }
        self.compare_availability();
    }

    fn compare_availability(&self) {
        let find = |wanted: &str| self.rows.iter().find(|taken| taken.name.starts_with(wanted));
        if let (Some(bare), Some(day)) = (find("one statement"), find("availability, a day, 2")) {
            let ratio = |of: &dyn Fn(&Taken) -> f64| 100.0 * of(day) / of(bare);
            println!(
                "Availability of a day against an endpoint of one statement: {:.0} % of its requests a second, {:.0} % of its CPU.\n",
                ratio(&|taken| taken.crowd.per_second()),
                ratio(&|taken| taken.function + taken.database),
            );
        }
    }
}
