//! For whom a business books: a card it has, or one that is found or made for who is described.

use jiff::Timestamp;

use crate::{
    accounts::{Email, Phone},
    db::{self, Param, Sql, Transaction},
    http::{Form, FromForm, form::Text},
    ids::{BusinessId, CustomerId, UserId},
    language::Message,
};

/// Whose an appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// An account's.
    Account(UserId),
    /// Of somebody without one, of whom the business keeps a card.
    Card(CustomerId),
}

impl Party {
    /// The account.
    #[must_use]
    pub fn account(self) -> Option<UserId> {
        match self {
            Self::Account(user) => Some(user),
            Self::Card(_) => None,
        }
    }

    /// The card, where there is no account.
    #[must_use]
    pub fn card(self) -> Option<CustomerId> {
        match self {
            Self::Account(_) => None,
            Self::Card(card) => Some(card),
        }
    }
}

/// SQL for the card of an account at a business, both given as SQL: the one it has, or will have when it first books; else null.
#[must_use]
pub fn card_of(business: &str, account: &str) -> String {
    format!(
        "coalesce(
            (select customer_id from customer_accounts where user_id = {account} and business_id = {business}),
            (select customers.id from customers join users on email_lower = lower(users.email::text)
             where customers.business_id = {business} and email_lower <> '' and users.id = {account}
               and users.email_verified_at is not null
             order by customers.created_at, customers.id limit 1))"
    )
}

/// Somebody to book for.
#[derive(Clone, Debug)]
pub enum Whom {
    /// Whose card the business has.
    Known(CustomerId),
    /// Who says what they are called and how to reach them.
    Described(Contact),
}

/// What somebody is called and how they are reached.
#[derive(Clone, Debug)]
pub struct Contact {
    name: Text<1, 320>,
    email: Option<Email>,
    phone: Phone,
}

impl FromForm for Whom {
    fn from_form(form: &mut Form) -> Option<Self> {
        let known = form.unless_empty("customer_id");
        let name = form.unless_empty("name");
        let email = form.unless_empty("email");
        let phone = form.or("phone", Phone::default());
        match (known?, name?) {
            (Some(card), _) => Some(Self::Known(card)),
            (None, Some(name)) => Some(Self::Described(Contact { name, email: email?, phone: phone? })),
            (None, None) => form.refuse("name", Message::Required),
        }
    }
}

impl Whom {
    /// In a line that tells them from anybody else.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        match self {
            Self::Known(card) => card.to_string(),
            Self::Described(Contact { name, email, phone }) => {
                let email = email.as_ref().map_or("", Email::as_str);
                serde_json::json!([name.as_str(), email, phone.as_str()]).to_string()
            }
        }
    }

    /// Whose an appointment for them is that is about to exist: an account's, if the card has one. Who is described gets the
    /// card with their address, else that with their phone number and their name, completed by what it lacks, else a new one.
    /// The card stays until the transaction ends. Comes after calendars are guarded: a new card has the business for key share.
    ///
    /// # Errors
    /// If the transaction is broken. `None`: the business has no such card.
    pub async fn party(
        &self,
        tx: &Transaction<'_>,
        business: BusinessId,
        now: Timestamp,
    ) -> Result<Option<Party>, db::Error> {
        let card = match self {
            Self::Known(card) => Some(*card),
            Self::Described(Contact { name, email, phone }) => {
                let email = email.as_ref().map_or("", Email::as_str);
                let said = Said { name: name.as_str(), email, phone: phone.as_str() };
                said.card(tx, business, By::NumberToo, now).await?
            }
        };
        match card {
            Some(card) => party_of(tx, business, card).await,
            None => Ok(None),
        }
    }
}

/// What a card is found by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// The address alone.
    Address,
    /// The address, or else the number and the name.
    NumberToo,
    /// The number and the name, where there is no address that others could read what is told at.
    ShownNumber,
}

/// A contact as it is looked for; what is empty is not known.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// What they are called.
    pub name: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Their phone number.
    pub phone: &'a str,
}

impl Said<'_> {
    /// The card of who has shown the address to be theirs, made if there is none. It stays until the transaction ends. Comes
    /// after calendars are guarded: a new card has the business for key share.
    ///
    /// # Errors
    /// `CUSTOMER_BLOCKED`, as a violated constraint; if the transaction is broken.
    pub async fn card_by_address(
        &self,
        tx: &Transaction<'_>,
        business: BusinessId,
        now: Timestamp,
    ) -> Result<Option<CustomerId>, db::Error> {
        let Some(card) = self.card_of_shown(tx, business, By::Address, now).await? else { return Ok(None) };
        let stay = "select from customers where id = $1 for key share";
        tx.execute(stay, &[&card]).await?;
        Ok(Some(card))
    }

    /// The card of who has shown the number, in the form of E.164, to be theirs: that without an address, with the number, with or
    /// without the calling code, and with their name; made if there is none. It stays until the transaction ends. Comes after
    /// calendars are guarded: a new card has the business for key share.
    ///
    /// # Errors
    /// `CUSTOMER_BLOCKED`, as a violated constraint; if the transaction is broken.
    pub async fn card_by_number(
        &self,
        tx: &Transaction<'_>,
        business: BusinessId,
        now: Timestamp,
    ) -> Result<Option<CustomerId>, db::Error> {
        let Some(card) = self.card_of_shown(tx, business, By::ShownNumber, now).await? else {
            return Ok(None);
        };
        let shown = "update customers set phone = $2, phone_shown_at = $3, updated_at = $3 where id = $1";
        tx.execute(shown, &[&card, &self.phone, &now]).await?;
        Ok(Some(card))
    }

    /// Their card, unless the business has blocked them.
    async fn card_of_shown(
        &self,
        tx: &Transaction<'_>,
        business: BusinessId,
        by: By,
        now: Timestamp,
    ) -> Result<Option<CustomerId>, db::Error> {
        let (let_in, card) =
            tokio::join!(self.refuse_blocked(tx, business, by), self.card(tx, business, by, now));
        let_in?;
        card
    }

    /// Refuses whom the business has blocked: on any card with what they have shown to be theirs, whatever they call themselves,
    /// and as the account that the address is of.
    async fn refuse_blocked(
        &self,
        tx: &Transaction<'_>,
        business: BusinessId,
        shown: By,
    ) -> Result<(), db::Error> {
        let sql = "
            select refuse_customer()
            where exists (
                select from customers
                where business_id = $1 and email_lower = lower($2) and email_lower <> '' and blocked_at is not null
                union all
                select from customers
                where business_id = $1 and phone_digits = any($3) and phone_digits <> '' and blocked_at is not null
                union all
                select from users
                where email = $2::text::citext and email_verified_at is not null and keeps_out($1, id))";
        let (email, numbers) = match shown {
            By::ShownNumber => ("", spellings(self.phone)),
            By::Address | By::NumberToo => (self.email, Vec::new()),
        };
        tx.execute(sql, &[&business, &email, &numbers]).await.map(drop)
    }

    /// Their card. Nobody else looks for one by the same address or number until the transaction ends.
    async fn card(
        &self,
        tx: &Transaction<'_>,
        business: BusinessId,
        by: By,
        now: Timestamp,
    ) -> Result<Option<CustomerId>, db::Error> {
        let alone = "
            select pg_advisory_xact_lock(hashtextextended($1::text || lower($2), 0)) where $2 <> ''";
        let find_or_make = "
            with known as (
                select id
                from (select 1 as place, id, created_at from customers
                      where business_id = $1 and email_lower = lower($4) and email_lower <> ''
                      union all
                      select 2, id, created_at from customers
                      where business_id = $1 and phone_digits = any($8) and phone_digits <> ''
                        and sort_name = search_form($3) and (email = '' or $4 = '' and not $9) and $7) alike
                order by place, created_at, id limit 1
            ), completed as (
                update customers
                set email = case when email = '' then $4 else email end, phone = case when phone = '' then $5 else phone end,
                    updated_at = $6
                where id = (select id from known) and (email = '' and $4 <> '' or phone = '' and $5 <> '')
            ), made as (
                insert into customers (id, business_id, name, email, phone, created_at, updated_at)
                select $2, $1, $3, $4, $5, $6, $6 where not exists (select from known)
                returning id
            )
            select id from known union all select id from made";
        let Self { name, email, phone } = *self;
        let reached_by = if email.is_empty() { phone } else { email };
        let of_business = business.to_string();
        let alone_params: [&dyn Param; 2] = [&of_business, &reached_by];
        let id = CustomerId::new(now);
        let spellings = spellings(phone);
        let (by_phone, without_address) = (by != By::Address, by == By::ShownNumber);
        let params: [&dyn Param; 9] =
            [&business, &id, &name, &email, &phone, &now, &by_phone, &spellings, &without_address];
        let (alone, card) = tokio::join!(tx.execute(alone, &alone_params), tx.row(find_or_make, &params));
        alone?;
        Ok(card?.map(|row| row.get(0)))
    }
}

/// The digits of a number; and, of one with a calling code, those that may be dialled within the country, whichever of the
/// first three belong to the code.
fn spellings(phone: &str) -> Vec<String> {
    let digits = digits(phone);
    let codes = if phone.starts_with('+') { 0..=3 } else { 0..=0 };
    codes.filter_map(|code| digits.get(code..)).filter(|rest| rest.len() >= 6).map(str::to_owned).collect()
}

/// Whether a number may be another as it is dialled within the country.
pub(super) fn is_spelling(number: &str, of: &str) -> bool {
    spellings(of).contains(&digits(number))
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// Whose an appointment for a card is: of several accounts it is the one with the card's address, if there is one.
async fn party_of(
    tx: &Transaction<'_>,
    business: BusinessId,
    card: CustomerId,
) -> Result<Option<Party>, db::Error> {
    // Read behind the lock and not with it: whoever adopts the card may just have done so.
    let stay = "select from customers where business_id = $1 and id = $2 for key share";
    let read = "
        select (select account.user_id
                from customer_accounts account join users on users.id = account.user_id
                where account.customer_id = customers.id
                order by lower(users.email::text) = customers.email_lower desc, account.user_id limit 1)
        from customers where business_id = $1 and id = $2 and retired_at is null";
    let params: [&dyn Param; 2] = [&business, &card];
    let (stays, found) = tokio::join!(tx.execute(stay, &params), tx.row(read, &params));
    stays?;
    Ok(found?.map(|row| row.get::<_, Option<UserId>>(0).map_or(Party::Card(card), Party::Account)))
}
