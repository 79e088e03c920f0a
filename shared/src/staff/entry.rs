//! What an owner says about someone who works for them.

use crate::{
    accounts::Email,
    http::{Form, FromForm, Ids, form::Text},
    ids::{ServiceId, UserId},
    language::Message,
};

/// More services than this one person does not offer.
const MOST_SERVICES: usize = 200;

/// Services, each once.
pub(super) type ServiceIds = Ids<ServiceId, MOST_SERVICES>;

pub(super) type DisplayName = Text<1, 150>;

/// Who joins.
#[derive(Debug)]
pub(super) enum Who {
    /// Someone with an account.
    Person(UserId),
    /// Whoever has this address, once they accept.
    Invited(Email),
    /// Nobody with an account.
    NameOnly,
}

/// Someone who is to join the staff.
#[derive(Debug)]
pub(super) struct NewMember {
    pub(super) who: Who,
    /// `None`: made of what is known about them.
    pub(super) display_name: Option<DisplayName>,
    pub(super) terms: Terms,
}

/// What somebody on the staff does.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) is_manager: bool,
    pub(super) is_bookable: bool,
    /// What they offer; `None`: everything.
    pub(super) services: Option<ServiceIds>,
}

impl FromForm for Terms {
    fn from_form(form: &mut Form) -> Option<Self> {
        let is_manager = form.or("is_manager", false);
        let is_bookable = form.or("is_bookable", true);
        let services = form.optional("service_ids");
        Some(Self { is_manager: is_manager?, is_bookable: is_bookable?, services: services? })
    }
}

impl FromForm for NewMember {
    fn from_form(form: &mut Form) -> Option<Self> {
        let person = form.unless_empty("user_id");
        let email = form.unless_empty("email");
        let display_name = form.unless_empty("display_name");
        let terms = Terms::from_form(form);
        let (person, email, display_name) = (person?, email?, display_name?);
        let who = match (person, email) {
            (Some(person), _) => Who::Person(person),
            (None, Some(email)) => Who::Invited(email),
            (None, None) if display_name.is_some() => Who::NameOnly,
            (None, None) => return form.refuse("display_name", Message::Required),
        };
        Some(Self { who, display_name, terms: terms? })
    }
}

impl NewMember {
    /// What to call them, where the account does not say: the first word of the address, as most addresses begin with
    /// a first name. Everyone sees it, so that the whole address will not do.
    pub(super) fn called(&self) -> Option<String> {
        match (&self.display_name, &self.who) {
            (Some(name), _) => Some(name.as_str().to_owned()),
            (None, Who::Invited(email)) => Some(first_word(email)),
            (None, Who::Person(_) | Who::NameOnly) => None,
        }
    }
}

fn first_word(email: &Email) -> String {
    let mailbox = email.as_str().split('@').next().unwrap_or_default();
    let mut words = mailbox.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let word = words.next().unwrap_or(mailbox);
    let (first, rest) = word.split_at(word.len().min(1));
    format!("{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase())
}

/// What somebody's entry is to be.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) display_name: DisplayName,
    pub(super) terms: Terms,
}

impl FromForm for Entry {
    fn from_form(form: &mut Form) -> Option<Self> {
        let display_name = form.required("display_name");
        let terms = Terms::from_form(form);
        Some(Self { display_name: display_name?, terms: terms? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::Field;

    #[test]
    fn an_invited_person_is_called_by_the_first_word_of_their_address() {
        let called = |address: &str| first_word(&Email::parse(&json!(address)).expect("an address"));
        assert_eq!(called("KASIA.nowak@example.com"), "Kasia");
        assert_eq!(called("7kasia7@example.com"), "Kasia");
        assert_eq!(called("77@example.com"), "77");
    }
}
