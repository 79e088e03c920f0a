//! SQL for finding businesses. Words, place and category are looked up in the indexes of `listings`, which has a row for
//! each location of a business with all it is found by; `store` says what clients see of those on the page. Who asks for
//! words or a place finds locations, each by itself; otherwise the primary one stands for the business.
//!
//! What one request costs is bounded. The first [`MOST_CONSIDERED`] that the indexes give are looked at more closely, and
//! the first [`MOST_LISTED`] of what is left are the list: a client that wants to see others has to ask more exactly. A
//! whole category is listed to its end, because [`COUNTED`] is known without counting.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    clocks::Clocks,
    filter::{Filter, Ordering},
    view::{SUMMARY, Summary},
};
use crate::{
    availability::NextStart,
    db::{self, Param, Row, Sql},
    http::{ApiError, page::Slice},
    ids::{BusinessId, LocationId},
    language::Category,
    money::{UNUSUAL_DIGITS, USUAL_DIGITS},
};

/// How much a list has at most.
const MOST_LISTED: i64 = 1000;
/// How many of those that have the words, and as many again that have all of them in their name, are looked at.
const MOST_CONSIDERED: i64 = 5000;
/// The earth's mean radius ([IUGG](https://doi.org/10.1007/s001900050278)).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// From what was typed (`$21` search, `$22` city) to what is looked up. A word that was typed means every word it begins,
/// every known word it is part of, and every known word that takes one change of a letter to become it, or two if it is
/// long. Trigrams find the known words: the default threshold of `%` lets enough through for the number of changes to
/// decide, and a pooled connection could not carry another. A word of a city is meant whole if any city has it.
const WANTED: &str = "
    typed as (
        select distinct word from unnest(search_words($21::text)) word
        where length(word) > 1
           or not exists (select from unnest(search_words($21::text)) longer where length(longer) > 1)
        limit 8),
    meant as (
        select typed.word, concat_ws(' | ', typed.word || ':*', string_agg(known.word, ' | ')) as words
        from typed
        left join lateral (
            select vocabulary.word from vocabulary
            where length(typed.word) >= 4
              and (vocabulary.word like '%' || typed.word || '%'
                   or vocabulary.word % typed.word
                      and levenshtein(vocabulary.word, typed.word) <= case when length(typed.word) < 6 then 1 else 2 end)
            group by vocabulary.word
            order by similarity(vocabulary.word, typed.word) desc, vocabulary.word limit 20) known on true
        group by typed.word),
    asked as (
        select string_agg('(' || words || ')', ' & ')::tsquery as meant,
               string_agg(words, ' | ')::tsquery as any_of_it,
               string_agg(word || ':*', ' & ')::tsquery as typed,
               string_agg('=' || word || ':*', ' & ')::tsquery as named
        from meant),
    town as (
        select string_agg('@' || word || case when whole then '' else ':*' end, ' & ')::tsquery as town
        from (select word, exists (select from city_words where city_words.word = typed.word) as whole
              from unnest(search_words($22::text)) typed (word)) words),
    wanted as materialized (
        select typed, any_of_it,
               case when $21::text is null then town when $22::text is null then meant else meant && town end as words,
               case when $22::text is null then named else named && town end as named
        from asked, town),";

/// Columns of `listings` that decide about it and its place in the list. `$2` and `$3` are the point asked about; the
/// distance is the straight line through a globe of radius 1, and so is `$4`, how far it may be.
const CANDIDATE: &str = "
    location_id, business_id, is_primary, name, timezone, currency, lowest_price, rating_average, rating_count,
    whereabouts <-> on_the_globe($2, $3) as distance";

/// `$1` category.
const IN_CATEGORY: &str = "($1::text is null or category = $1)";

const IN_REACH: &str = "($2::float8 is null or whereabouts <@ cube_enlarge(on_the_globe($2, $3), $4, 3))";

/// `found` with what the clock shows where each is, and the location whose weekly hours each has, if it has its own.
const FOUND: &str = "
    found left join unnest($9::text[], $10::int2[], $11::int2[], $17::date[]) clock (zone, weekday, minute, today)
        on clock.zone = found.timezone
    left join lateral (
        select found.location_id as hours_of
        from opening_hours
        where ($8 or $12 is not null) and not found.is_primary
          and opening_hours.business_id = found.business_id and opening_hours.location_id = found.location_id
        limit 1) own on true";

/// What no index answers, of [`FOUND`]. `$5` is the highest price in cents, `$6` and `$7` are currencies that have other
/// coins and the price in those; `$8` whether it has to be open, `$9` to `$11` and `$17` what the clock shows in each
/// zone, `$18` and `$19` where today is a holiday of which calendar; `$12` the weekday and `$20` the date on which it opens
/// at all. (`offset 0` has the hours looked up for those few, and not all hours read.)
const CLOSER: &str = "
    ($2::float8 is null or distance <= $4)
    and ($5::int8 is null or lowest_price <= coalesce(
        (select price from unnest($6::text[], $7::int8[]) special (code, price) where code = currency), $5))
    and (not $8 or coalesce(
        (select exists (
            select from override_hours
            where override_id = date_overrides.id
              and minutes @> clock.minute::int4 and not breaks @> clock.minute::int4)
         from date_overrides
         where date_overrides.business_id = found.business_id and dates @> clock.today
           and coalesce(staff_id, '00000000-0000-0000-0000-000000000000') = '00000000-0000-0000-0000-000000000000'
         offset 0),
        exists (
            select from opening_hours
            where opening_hours.business_id = found.business_id and day_of_week = clock.weekday and not is_closed
              and minutes @> clock.minute::int4 and not breaks @> clock.minute::int4
              and location_id is not distinct from hours_of
            offset 0)
        and not exists (
            select from unnest($18::text[], $19::text[]) holiday (zone, calendar)
            where holiday.zone = clock.zone
              and holiday.calendar = (select holiday_calendar from businesses where id = found.business_id)
            offset 0)))
    and ($12::int2 is null
         or exists (
            select from opening_hours
            where opening_hours.business_id = found.business_id and day_of_week = $12 and not is_closed
              and location_id is not distinct from hours_of
            offset 0)
         or exists (
            select from date_overrides
            where date_overrides.business_id = found.business_id and dates @> $20
              and coalesce(staff_id, '00000000-0000-0000-0000-000000000000') = '00000000-0000-0000-0000-000000000000'
            offset 0))";

/// How many listings the category has.
const COUNTED: &str = "
    select coalesce(sum(number), 0)::int8 as on_all_pages from listing_counts where $1::text is null or category = $1";

const LISTED: &str = "select count(*) as on_all_pages from matched";

/// SQL that ends in `matched`: locations in order, each with its number and its distance. Of those that the indexes
/// give, `$13` are considered and `$14` listed.
fn matching(filter: &Filter) -> String {
    let order = order(filter.ordering);
    let found = if filter.by_words() {
        found_by_words()
    } else if filter.near.is_some() {
        // The index gives the nearest first: what is out of reach is behind all that is not.
        format!(
            "found as materialized (
                select {CANDIDATE} from listings where {IN_CATEGORY}
                order by whereabouts <-> on_the_globe($2, $3) limit $13)"
        )
    } else {
        format!(
            "found as materialized (
                select {CANDIDATE} from listings where is_primary and {IN_CATEGORY} order by {order} limit $13)"
        )
    };
    format!(
        "with {found},
         matched as materialized (
            select business_id, location_id, distance, row_number() over () as nth
            from (select business_id, found.location_id, distance from {FOUND} where {CLOSER}
                  order by {order}, is_primary desc, found.location_id limit $14) ordered)"
    )
}

/// Those with all words in their name first, or a common word could crowd them out.
fn found_by_words() -> String {
    let ranked = format!(
        "select {CANDIDATE}, document @@ (select typed from wanted) as as_typed,
                ts_rank(document, (select any_of_it from wanted)) as rank, "
    );
    format!(
        "{WANTED}
         found as materialized (
            ({ranked} true as in_name
             from listings where {IN_CATEGORY} and {IN_REACH} and document @@ (select named from wanted) limit $13)
            union all
            ({ranked} false
             from listings where {IN_CATEGORY} and {IN_REACH} and document @@ (select words from wanted)
               and (document @@ (select named from wanted)) is not true limit $13))"
    )
}

/// As [`matching`], where nothing but the category has to match: the index alone has the page, however far back it is.
/// The first page, which is most of what is asked for, says in so many words how many rows it wants: not knowing,
/// Postgres expects a tenth of them all and plans anew each time, which takes as long as all the rest.
fn whole_category(filter: &Filter, Slice { limit, offset }: Slice) -> String {
    let order = order(filter.ordering);
    let whose = if filter.category.is_some() { "is_primary and category = $1" } else { "is_primary" };
    let page = if offset == 0 { format!("limit {limit}") } else { "offset $15 limit $16".to_owned() };
    format!(
        "with matched as materialized (
            select business_id, location_id, null::float8 as distance, $15 + row_number() over () as nth
            from (select business_id, location_id from listings where {whose} order by {order} {page}) ordered)"
    )
}

fn order(ordering: Ordering) -> &'static str {
    match ordering {
        Ordering::Relevance => "in_name desc, as_typed desc nulls last, rank desc, name, business_id",
        Ordering::Name => "name, business_id",
        Ordering::Distance => "distance, name, business_id",
        Ordering::Rating => "rating_average desc nulls last, rating_count desc, name, business_id",
    }
}

/// A business in a list, at one of its locations.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Listed {
    #[serde(flatten)]
    business: Summary,
    /// From the point asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_km: Option<f64>,
    /// Its next start, if that was asked for; null if it has none soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NextStart>)]
    next_available: Option<Soon>,
}

/// The next start of a business that has one soon.
#[derive(Debug, Serialize)]
struct Soon(Option<NextStart>);

impl Listed {
    pub(super) fn place(&self) -> (BusinessId, LocationId) {
        (self.business.id(), self.business.location_id())
    }

    /// With its next start, or that it has none soon.
    pub(super) fn with_next(self, next: Option<NextStart>) -> Self {
        Self { next_available: Some(Soon(next)), ..self }
    }
}

/// One page of what matches, availability aside, and how much there is on all pages.
pub(super) async fn page(
    on: &impl Sql,
    filter: &Filter,
    slice: Slice,
    now: Timestamp,
) -> Result<(i64, Vec<Listed>), ApiError> {
    let (matched, count) = if filter.is_whole_category() {
        (whole_category(filter, slice), COUNTED)
    } else {
        (matching(filter), LISTED)
    };
    let sql = format!(
        "{matched}, total as ({count})
         select {}, page.distance, total.on_all_pages
         from total
         left join (matched page
                    join businesses on businesses.id = page.business_id
                    join locations place on place.id = page.location_id)
             on page.nth > $15 and page.nth <= $15 + $16
         order by page.nth",
        *SUMMARY
    );
    let rows = rows(on, filter, now, &sql, (slice.offset, slice.limit)).await?;
    let count = rows.first().map_or(0, |row| row.get("on_all_pages"));
    // Without a page, there is one row that says how many there are.
    let listed = rows.iter().filter(|row| row.get::<_, Option<BusinessId>>(0).is_some());
    Ok((
        count,
        listed
            .map(|row| Listed { business: row.into(), distance_km: distance_km(row), next_available: None })
            .collect(),
    ))
}

/// A location that was found.
#[derive(Debug)]
pub(super) struct Found {
    /// Which, and of which business.
    pub(super) place: (BusinessId, LocationId),
    distance_km: Option<f64>,
}

/// Everything that matches, availability aside, in order.
pub(super) async fn all(on: &impl Sql, filter: &Filter, now: Timestamp) -> Result<Vec<Found>, ApiError> {
    let sql =
        format!("{} select business_id, location_id, distance from matched order by nth", matching(filter));
    let rows = rows(on, filter, now, &sql, (0, MOST_LISTED)).await?;
    let found = |row: &Row| Found { place: (row.get(0), row.get(1)), distance_km: distance_km(row) };
    Ok(rows.iter().map(found).collect())
}

/// Runs a statement made of [`matching`] or [`whole_category`]; `offset` and `limit` say which are on the page.
async fn rows(
    on: &impl Sql,
    filter: &Filter,
    now: Timestamp,
    sql: &str,
    (offset, limit): (i64, i64),
) -> Result<Vec<Row>, ApiError> {
    // Where the index gives the list in order and nothing is left to look at, there is no need for more than are listed.
    let in_order = !filter.by_words() && (filter.near.is_none() || filter.ordering == Ordering::Distance);
    let considered = if in_order && !filter.looks_closer() { MOST_LISTED } else { MOST_CONSIDERED };
    let clocks = if filter.open_now { Clocks::at(on, now).await? } else { Clocks::default() };
    let (latitude, longitude) = filter.near.map(|near| (near.latitude, near.longitude)).unzip();
    let price = |digits| filter.price_max.map(|amount| amount.rounded_down(digits));
    let coins = UNUSUAL_DIGITS.iter().flat_map(|(codes, digits)| codes.iter().map(|code| (*code, *digits)));
    let (currencies, prices): (Vec<&str>, Vec<i64>) =
        coins.filter_map(|(code, digits)| Some((code, price(digits)?))).unzip();
    let params: [&dyn Param; 22] = [
        &filter.category.map(Category::as_str),
        &latitude,
        &longitude,
        &filter.near.map(|near| chord(near.radius_km)),
        &price(USUAL_DIGITS),
        &currencies,
        &prices,
        &filter.open_now,
        &clocks.zones,
        &clocks.weekdays,
        &clocks.minutes,
        &filter.available_on.map(|date| i16::from(date.weekday().to_monday_zero_offset())),
        &considered,
        &MOST_LISTED,
        &offset,
        &limit,
        &clocks.todays,
        &clocks.holidays.zones,
        &clocks.holidays.calendars,
        &filter.available_on,
        &filter.search.as_deref(),
        &filter.city.as_deref(),
    ];
    // Text that a statement does not mention has no type.
    let mentioned = if filter.by_words() { params.len() } else { params.len() - 2 };
    Ok(on.rows(sql, &params[..mentioned]).await?)
}

/// How long the straight line through a globe of radius 1 is below a way along the earth's surface.
fn chord(km: f64) -> f64 {
    2.0 * (km / EARTH_RADIUS_KM / 2.0).sin()
}

/// The way along the surface, to ten metres, above the line in the column `distance`.
fn distance_km(row: &Row) -> Option<f64> {
    let chord: Option<f64> = row.get("distance");
    chord.map(|chord| {
        let km = 2.0 * EARTH_RADIUS_KM * (chord / 2.0).min(1.0).asin();
        (km * 100.0).round() / 100.0
    })
}

/// These, in this order.
pub(super) async fn some(on: &impl Sql, wanted: &[Found]) -> Result<Vec<Listed>, db::Error> {
    let ids: Vec<LocationId> = wanted.iter().map(|found| found.place.1).collect();
    let sql = format!(
        "select {}
         from unnest($1) with ordinality page (location_id, nth)
         join locations place on place.id = page.location_id
         join businesses on businesses.id = place.business_id
         order by page.nth",
        *SUMMARY
    );
    let rows = on.rows(&sql, &[&ids]).await?;
    let listed = |row: &Row| {
        let business = Summary::from(row);
        let same = wanted.iter().find(|found| found.place.1 == business.location_id());
        let distance_km = same.and_then(|found| found.distance_km);
        Listed { business, distance_km, next_available: None }
    };
    Ok(rows.iter().map(listed).collect())
}
