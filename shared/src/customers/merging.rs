//! Merging doubles: one card in the place of two.

use jiff::Timestamp;

use super::{
    booked_for::is_spelling,
    store::{self, Stored},
    terms::{LONGEST_NOTES, MOST_TAGS, Tags},
    view::Customer,
};
use crate::{
    app::App,
    businesses::Manager,
    http::{ApiError, Code, Form, FromForm},
    ids::CustomerId,
    language::Message,
};

/// Which card another goes into.
#[derive(Clone, Copy)]
pub(super) struct Into(CustomerId);

impl FromForm for Into {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.required("into").map(Self)
    }
}

/// Puts a card into another: with its accounts and all they booked.
///
/// # Errors
/// `NOT_FOUND`; `VALIDATION_ERROR` where `into` is no other card of the business, or would get too full.
pub(super) async fn merge(
    app: &App,
    manager: &Manager,
    from: CustomerId,
    Into(into): Into,
) -> Result<Customer, ApiError> {
    let now = app.now();
    let mut connection = app.connection().await?;
    let tx = connection.begin_as(manager.user, now).await?;
    let cards = store::two_to_merge(&tx, manager.business, [from, into]).await?;
    let card = |id| cards.iter().find(|card| card.id == id);
    let double = card(from).ok_or(Code::NotFound)?;
    let kept = card(into).filter(|_| from != into);
    let kept = kept.ok_or_else(|| ApiError::invalid_field("into", Message::NotAnotherCustomer))?;
    let merged = joined(double, kept).map_err(|message| ApiError::invalid_field("into", message))?;
    let (done, card) =
        tokio::join!(store::merge(&tx, from, &merged, now), store::one(&tx, manager.business, into, now));
    done?;
    let card = card?.ok_or(Code::ServerError)?;
    tx.commit().await?;
    Ok(card)
}

/// What a card says once a double has gone into it: its own contact, completed by the double's; the notes and tags of both;
/// blocked if either was.
fn joined(double: &Stored, kept: &Stored) -> Result<Stored, Message> {
    let or = |kept: &str, double: &str| if kept.is_empty() { double.to_owned() } else { kept.to_owned() };
    let both: Vec<&str> = [&kept.notes, &double.notes]
        .map(String::as_str)
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let notes = if kept.notes == double.notes { kept.notes.clone() } else { both.join("\n\n") };
    let tags = Tags::from(kept.tags.clone()).and(&double.tags);
    if notes.chars().count() > LONGEST_NOTES {
        return Err(Message::TooLong(LONGEST_NOTES));
    }
    if tags.len() > MOST_TAGS {
        return Err(Message::TooManyItems(MOST_TAGS));
    }
    // A number that was shown to be theirs stays so, even if the kept card has it in another spelling.
    let only_of_double = kept.phone_shown_at.is_none() && double.phone_shown_at.is_some();
    let is_known_better = only_of_double && is_spelling(&kept.phone, &double.phone);
    let number = if kept.phone.is_empty() || is_known_better { double } else { kept };
    let blocked: Option<Timestamp> = [kept.blocked_at, double.blocked_at].into_iter().flatten().min();
    Ok(Stored {
        id: kept.id,
        name: kept.name.clone(),
        email: or(&kept.email, &double.email),
        phone: number.phone.clone(),
        phone_shown_at: number.phone_shown_at,
        notes,
        tags,
        blocked_at: blocked,
        blocked_reason: or(&kept.blocked_reason, &double.blocked_reason),
        created_at: kept.created_at.min(double.created_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, at: i64) -> Stored {
        let created_at = Timestamp::from_second(at).expect("in range");
        Stored {
            id: CustomerId::new(created_at),
            name: name.to_owned(),
            email: String::new(),
            phone: String::new(),
            phone_shown_at: None,
            notes: String::new(),
            tags: Vec::new(),
            blocked_at: None,
            blocked_reason: String::new(),
            created_at,
        }
    }

    #[test]
    fn nothing_of_either_is_lost_and_the_kept_ones_contact_counts() {
        let double = Stored {
            email: "b@example.com".to_owned(),
            phone: "222 222 222".to_owned(),
            notes: "uczulenie".to_owned(),
            tags: vec!["vip".to_owned(), "nowa".to_owned()],
            blocked_at: Some(Timestamp::UNIX_EPOCH),
            blocked_reason: "nie płaci".to_owned(),
            ..card("Ania", 100)
        };
        let kept = Stored {
            phone: "111 111 111".to_owned(),
            notes: "lubi kawę".to_owned(),
            tags: vec!["VIP".to_owned()],
            ..card("Anna", 200)
        };
        let merged = joined(&double, &kept).expect("fits");
        assert_eq!((merged.id, merged.name.as_str()), (kept.id, "Anna"));
        assert_eq!((merged.email.as_str(), merged.phone.as_str()), ("b@example.com", "111 111 111"));
        assert_eq!(merged.notes, "lubi kawę\n\nuczulenie");
        assert_eq!(merged.tags, ["VIP", "nowa"]);
        assert_eq!((merged.blocked_at, merged.blocked_reason.as_str()), (double.blocked_at, "nie płaci"));
        assert_eq!(merged.created_at, double.created_at);
    }

    #[test]
    fn a_number_that_was_shown_to_be_theirs_stays_so() {
        let shown = Stored {
            phone: "+48601222333".to_owned(),
            phone_shown_at: Some(Timestamp::UNIX_EPOCH),
            ..card("Ania", 1)
        };
        let number = |kept: &str| {
            let kept = Stored { phone: kept.to_owned(), ..card("Anna", 2) };
            joined(&shown, &kept).map(|merged| (merged.phone, merged.phone_shown_at)).expect("fits")
        };
        for same in ["", "601 222 333", "+48 601 222 333"] {
            assert_eq!(number(same), ("+48601222333".to_owned(), shown.phone_shown_at), "{same}");
        }
        assert_eq!(number("601 222 334"), ("601 222 334".to_owned(), None));
        let other = Stored { phone: "601 222 333".to_owned(), ..card("Ania", 3) };
        let merged = joined(&other, &shown).expect("fits");
        assert_eq!((merged.phone, merged.phone_shown_at), (shown.phone.clone(), shown.phone_shown_at));
    }

    #[test]
    fn what_does_not_fit_into_one_card_is_refused() {
        let long = Stored { notes: "a".repeat(LONGEST_NOTES), ..card("Anna", 1) };
        let note = Stored { notes: "b".to_owned(), ..card("Anna", 2) };
        assert_eq!(joined(&long, &note).map(|card| card.notes), Err(Message::TooLong(LONGEST_NOTES)));
        assert!(joined(&long, &long).is_ok(), "the same notes are there once");
        let tags = |letter: &str| (0..11).map(|n| format!("{letter}{n}")).collect();
        let (one, other) =
            (Stored { tags: tags("a"), ..card("A", 1) }, Stored { tags: tags("b"), ..card("B", 1) });
        assert_eq!(joined(&one, &other).map(|card| card.tags), Err(Message::TooManyItems(MOST_TAGS)));
    }
}
