//! Polski.

use std::borrow::Cow;

use jiff::civil::{Date, Time};

use super::{
    Catalogue, Category, Labels, Message, News, Occasion, Reason, SeriesNames, VisitNames, Words,
    letters::grouped,
};
use crate::{http::Code, scheduling::Holiday};

pub(super) const CATALOGUE: Catalogue = Catalogue {
    days: DAYS,
    category,
    holiday,
    text,
    letter,
    labels: Labels {
        business: "Gdzie",
        service: "Usługa",
        time: "Termin",
        staff: "U kogo",
        price: "Cena",
        place: "Adres",
        customer: "Kto",
        phone: "Telefon",
        notes: "Uwagi",
        reason: "Powód",
        before: "Poprzedni termin",
    },
    date,
    time,
    price,
};

const DAYS: [&str; 7] = ["poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"];
/// As they stand behind a day's number.
const MONTHS: [&str; 12] = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
];

fn category(category: Category) -> &'static str {
    match category {
        Category::Hairdresser => "Fryzjerzy",
        Category::Doctor => "Lekarze",
        Category::Beauty => "Salony kosmetyczne",
        Category::Spa => "Spa i masaż",
        Category::Fitness => "Fitness",
        Category::Other => "Inne",
    }
}

fn holiday(holiday: Holiday) -> &'static str {
    match holiday {
        Holiday::NewYear => "Nowy Rok",
        Holiday::Epiphany => "Święto Trzech Króli",
        Holiday::Easter => "Wielkanoc",
        Holiday::EasterMonday => "Poniedziałek Wielkanocny",
        Holiday::LabourDay => "Święto Pracy",
        Holiday::ConstitutionDay => "Święto Konstytucji 3 Maja",
        Holiday::Pentecost => "Zielone Świątki",
        Holiday::CorpusChristi => "Boże Ciało",
        Holiday::Assumption => "Wniebowzięcie Najświętszej Maryi Panny",
        Holiday::AllSaints => "Wszystkich Świętych",
        Holiday::IndependenceDay => "Narodowe Święto Niepodległości",
        Holiday::ChristmasEve => "Wigilia Bożego Narodzenia",
        Holiday::ChristmasDay => "Boże Narodzenie",
        Holiday::SecondDayOfChristmas => "Drugi dzień Bożego Narodzenia",
    }
}

fn date(date: Date) -> String {
    let weekday = DAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    format!("{weekday}, {} {month} {}", date.day(), date.year())
}

fn time(time: Time) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
}

fn price(decimal: &str, currency: &str) -> String {
    let currency = if currency == "PLN" { "zł" } else { currency };
    format!("{}\u{a0}{currency}", grouped(decimal, "\u{a0}", ","))
}

fn letter(occasion: Occasion<'_>) -> Words {
    match occasion {
        Occasion::VerificationCode { minutes } => Words {
            subject: "Twój kod weryfikacyjny Sessly".to_owned(),
            before: vec!["Tym kodem potwierdzisz swój adres e-mail:".to_owned()],
            link: "",
            after: vec![
                format!("Kod jest ważny przez {minutes} min."),
                "Jeśli to nie Ty zakładasz konto w Sessly, zignoruj tę wiadomość.".to_owned(),
            ],
        },
        Occasion::PasswordReset { minutes } => Words {
            subject: "Nowe hasło w Sessly".to_owned(),
            before: vec!["Tym kodem ustawisz nowe hasło:".to_owned()],
            link: "Ustaw nowe hasło",
            after: vec![
                format!("Kod jest ważny przez {minutes} min."),
                "Jeśli to nie Ty prosisz o nowe hasło, zignoruj tę wiadomość: obecne nadal działa.".to_owned(),
            ],
        },
        Occasion::PasswordChanged => Words {
            subject: "Twoje hasło w Sessly zostało zmienione".to_owned(),
            before: vec!["Hasło do Twojego konta w Sessly zostało przed chwilą zmienione.".to_owned()],
            link: "Ustaw nowe hasło",
            after: vec!["Jeśli to nie Ty, od razu ustaw nowe hasło: zakończy to także wszystkie sesje.".to_owned()],
        },
        Occasion::StaffInvitation { business } => Words {
            subject: format!("Zaproszenie do zespołu: {business}"),
            before: vec![format!("{business} zaprasza Cię do swojego zespołu w Sessly.")],
            link: "Przyjmij zaproszenie",
            after: vec!["Jeśli nie spodziewasz się tego zaproszenia, zignoruj tę wiadomość.".to_owned()],
        },
        Occasion::GuestCode { business, minutes } => Words {
            subject: format!("Kod do rezerwacji: {business}"),
            before: vec![format!("Tym kodem dokończysz rezerwację w {business}:")],
            link: "",
            after: vec![
                format!("Kod jest ważny przez {minutes} min."),
                "Jeśli nic tam nie rezerwujesz, zignoruj tę wiadomość.".to_owned(),
            ],
        },
        Occasion::WaitlistOffer(offer) => Words {
            subject: format!("Zwolnił się termin: {}, {}", offer.business, offer.start),
            before: vec![
                "Zwolnił się termin, na który czekasz na liście oczekujących.".to_owned(),
                format!("Trzymamy go dla Ciebie do: {}. Potem zaproponujemy go następnej osobie.", offer.until),
            ],
            link: "Zarezerwuj albo zrezygnuj",
            after: vec!["Jeśli z niego zrezygnujesz, pozostaniesz na liście oczekujących.".to_owned()],
        },
        Occasion::ForCustomer(news, visit) => for_customer(news, visit),
        Occasion::ForBusiness(news, visit) => for_business(news, visit),
        Occasion::SeriesForCustomer(news, series) => series_for_customer(news, series),
        Occasion::SeriesForBusiness(news, series) => series_for_business(news, series),
    }
}

fn for_customer(news: News, visit: &VisitNames<'_>) -> Words {
    let VisitNames { business, start, deadline, .. } = visit;
    let cancelled = format!("Przykro nam: {business} odwołuje tę wizytę. Możesz wybrać inny termin.");
    let (subject, before) = match news {
        News::Received => (
            format!("Rezerwacja przyjęta: {business}, {start}"),
            "Twoja rezerwacja została przyjęta i czeka na potwierdzenie. Damy Ci znać.",
        ),
        News::Confirmed => (format!("Wizyta potwierdzona: {business}, {start}"), "Twoja wizyta jest potwierdzona."),
        News::CancelledByCustomer => (format!("Wizyta odwołana: {business}, {start}"), "Twoja wizyta została odwołana."),
        News::CancelledByBusiness => (format!("Wizyta odwołana: {business}, {start}"), cancelled.as_str()),
        News::Rescheduled => {
            (format!("Nowy termin wizyty: {business}, {start}"), "Termin Twojej wizyty został zmieniony.")
        }
        News::Reminder => (format!("Przypomnienie: {business}, {start}"), "Przypominamy o Twojej wizycie."),
    };
    let mut after = Vec::new();
    if let Some(deadline) = deadline {
        after.push(format!("Wizytę możesz odwołać lub przełożyć do: {deadline}."));
    }
    after.push("Wiadomości o wizytach możesz wyłączyć w ustawieniach konta.".to_owned());
    Words { subject, before: vec![before.to_owned()], link: "Zobacz wizytę", after }
}

fn for_business(news: News, visit: &VisitNames<'_>) -> Words {
    let VisitNames { customer, start, .. } = visit;
    let (subject, before) = match news {
        News::Received => {
            (format!("Nowa rezerwacja: {customer}, {start}"), "Nowa rezerwacja czeka na potwierdzenie.")
        }
        News::Confirmed | News::Reminder => (format!("Nowa wizyta: {customer}, {start}"), "Masz nową wizytę."),
        News::CancelledByCustomer => {
            (format!("Wizyta odwołana: {customer}, {start}"), "Wizyta została odwołana przez klienta.")
        }
        News::CancelledByBusiness => {
            (format!("Wizyta odwołana: {customer}, {start}"), "Wizyta została odwołana przez Twój zespół.")
        }
        News::Rescheduled => (format!("Nowy termin: {customer}, {start}"), "Termin wizyty został zmieniony."),
    };
    Words { subject, before: vec![before.to_owned()], link: "Zobacz wizytę", after: Vec::new() }
}

fn series_for_customer(news: News, series: &SeriesNames<'_>) -> Words {
    let SeriesNames { business, start, .. } = series;
    let (subject, before) = match news {
        News::CancelledByCustomer => (
            format!("Wizyty odwołane: {business}, od {start}"),
            "Te wizyty z Twojej serii zostały odwołane.",
        ),
        News::Confirmed => (
            format!("Wizyty potwierdzone: {business}, od {start}"),
            "Twoje wizyty są potwierdzone. Każdą z nich możesz osobno przełożyć lub odwołać.",
        ),
        _ => (
            format!("Rezerwacje przyjęte: {business}, od {start}"),
            "Twoje rezerwacje zostały przyjęte i czekają na potwierdzenie. Każdą z nich możesz osobno przełożyć lub odwołać.",
        ),
    };
    let after = vec!["Wiadomości o wizytach możesz wyłączyć w ustawieniach konta.".to_owned()];
    Words { subject, before: vec![before.to_owned()], link: "Zobacz pierwszą wizytę", after }
}

fn series_for_business(news: News, series: &SeriesNames<'_>) -> Words {
    let SeriesNames { customer, start, .. } = series;
    let (subject, before) = match news {
        News::CancelledByCustomer => (
            format!("Wizyty odwołane: {customer}, od {start}"),
            "Te wizyty z serii zostały odwołane przez klienta.",
        ),
        News::Confirmed => (format!("Nowe wizyty: {customer}, od {start}"), "Masz nową serię wizyt."),
        _ => (
            format!("Nowe rezerwacje: {customer}, od {start}"),
            "Nowa seria rezerwacji czeka na potwierdzenie każdej z nich.",
        ),
    };
    Words { subject, before: vec![before.to_owned()], link: "Zobacz pierwszą wizytę", after: Vec::new() }
}

fn code(code: Code) -> &'static str {
    match code {
        Code::InvalidCredentials => "Nieprawidłowy e-mail, nazwa użytkownika lub hasło.",
        Code::WrongPassword => "Obecne hasło jest nieprawidłowe.",
        Code::InvalidToken => "Token jest nieprawidłowy.",
        Code::TokenExpired => "Token wygasł.",
        Code::Unauthorized => "Zaloguj się.",
        Code::EmailAlreadyExists => "Konto z tym adresem e-mail już istnieje.",
        Code::UsernameAlreadyExists => "Ta nazwa użytkownika jest zajęta.",
        Code::EmailNotVerified => "Najpierw potwierdź swój adres e-mail.",
        Code::PermissionDenied => "Nie masz do tego uprawnień.",
        Code::ValidationError => "Niektóre pola są nieprawidłowe.",
        Code::InvalidInput => "Nie udało się odczytać żądania.",
        Code::RequiredField => "To pole jest wymagane.",
        Code::BadRequest => "Nieprawidłowe żądanie.",
        Code::SlotUnavailable => "Ten termin jest niedostępny.",
        Code::PastBooking => "Na ten termin nie można się już umówić.",
        Code::ServiceNotFound => "Nie ma takiej usługi.",
        Code::BusinessNotFound => "Nie ma takiej firmy.",
        Code::AppointmentNotFound => "Nie ma takiej wizyty.",
        Code::StaffNotFound => "Nie ma takiego pracownika.",
        Code::NotFound => "Niczego tu nie ma.",
        Code::InvalidVerificationCode => "Kod jest nieprawidłowy.",
        Code::VerificationCodeExpired => "Kod wygasł. Poproś o nowy.",
        Code::VerificationCodeUsed => "Kod został już użyty.",
        Code::EmailAlreadyVerified => "Ten adres e-mail jest już potwierdzony.",
        Code::InvalidStatusTransition => "Status wizyty na to nie pozwala.",
        Code::CancellationWindowPassed => "Na odwołanie lub przełożenie tej wizyty jest już za późno.",
        Code::CustomerBlocked => "Nie możesz tu rezerwować online. Skontaktuj się z firmą.",
        Code::IdempotencyKeyReused => "Ten Idempotency-Key został użyty do innego żądania.",
        Code::Conflict => "To koliduje z obecnym stanem.",
        Code::MethodNotAllowed => "Ta metoda nie jest tu dozwolona.",
        Code::UriTooLong => "Adres jest zbyt długi.",
        Code::HeadersTooLarge => "Nagłówki są zbyt duże.",
        Code::PayloadTooLarge => "Żądanie jest zbyt duże.",
        Code::UnsupportedMediaType => "Typ treści musi być application/json.",
        Code::RateLimited => "Zbyt wiele żądań. Spróbuj ponownie za chwilę.",
        Code::ServiceUnavailable => "Usługa jest chwilowo niedostępna. Spróbuj ponownie.",
        Code::ServerError => "Coś poszło nie tak po naszej stronie.",
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::TooSoon => "Ten termin już minął albo jest za wcześnie, by go jeszcze zarezerwować.",
        Reason::BeyondHorizon => "Na tak odległy termin nie można jeszcze rezerwować.",
        Reason::NoSuchTime => "O tej godzinie zegar jest przesuwany do przodu.",
        Reason::NobodyOffers => "Nikt nie wykonuje tej usługi.",
        Reason::Closed => "Tego dnia jest zamknięte.",
        Reason::Holiday => "Zamknięte z powodu święta.",
        Reason::NotWorking => "O tej porze ta osoba nie pracuje.",
        Reason::DayOff => "Tego dnia ta osoba nie pracuje.",
        Reason::OutsideHours => "Poza godzinami pracy tego dnia.",
        Reason::OffStep => "O tej minucie wizyty się nie zaczynają.",
        Reason::EndsAfterHours => "Wizyta nie skończyłaby się w godzinach pracy.",
        Reason::Break => "W tym czasie jest przerwa.",
        Reason::TimeOff => "Ta osoba ma wtedy wolne.",
        Reason::ClassFull => "Nie ma już wolnych miejsc.",
        Reason::Taken => "Ten czas jest już zajęty.",
        Reason::Buffer => "Za blisko innej wizyty.",
        Reason::Resource => "Potrzebne miejsce lub urządzenie jest zajęte.",
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each message")]
fn text(message: &Message) -> Cow<'static, str> {
    Cow::Borrowed(match message {
        Message::Code(error) => code(*error),
        Message::NotOffered(why) => reason(*why),
        Message::TooShort(least) => return format!("Co najmniej tyle znaków: {least}.").into(),
        Message::TooLong(most) => return format!("Co najwyżej tyle znaków: {most}.").into(),
        Message::TooManyItems(most) => return format!("Co najwyżej tyle pozycji: {most}.").into(),
        Message::TooFewItems(least) => return format!("Co najmniej tyle pozycji: {least}.").into(),
        Message::OutOfRange(from, to) => return format!("Liczba od {from} do {to}.").into(),
        Message::BusinessStillBooked(upcoming) => {
            return format!(
                "Firma ma umówione wizyty: {upcoming}. Odwołaj je albo poczekaj, aż się odbędą."
            )
            .into();
        }
        Message::StaffStillBooked(upcoming) => {
            return format!(
                "Ta osoba ma umówione wizyty: {upcoming}. Przenieś je do kogoś innego albo odwołaj."
            )
            .into();
        }
        Message::LocationStillOffering(services) => {
            return format!("W tej lokalizacji odbywają się usługi: {services}. Najpierw je zmień albo usuń.").into();
        }
        Message::LocationStillStaffed(staff) => {
            return format!("Osoby, które mają w tej lokalizacji godziny pracy: {staff}. Najpierw je zmień albo usuń.").into();
        }
        Message::TooManyLocations(most) => return format!("Firma ma co najwyżej tyle lokalizacji: {most}.").into(),
        Message::ServiceStillBooked(upcoming) => {
            return format!(
                "Na tę usługę są umówione wizyty w jej lokalizacji: {upcoming}. Odwołaj je albo poczekaj, aż się odbędą."
            )
            .into();
        }
        Message::ResourceStillBooked(upcoming) => {
            return format!("Tego zasobu wymagają umówione wizyty: {upcoming}. Najpierw je przenieś albo odwołaj.")
                .into();
        }
        Message::CustomerStillBooked(upcoming) => {
            return format!("Ten klient ma umówione wizyty: {upcoming}. Odwołaj je albo poczekaj, aż się odbędą.").into();
        }
        Message::NotSoManyOfThem(quantity) => return format!("Jest ich tylko tyle: {quantity}.").into(),
        Message::StaffFull(most) => return format!("Liczba osób w zespole to co najwyżej {most}.").into(),
        Message::StillBooked(upcoming) => {
            return format!(
                "Twoja firma ma jeszcze przed sobą wizyty: {upcoming}. Najpierw je odwołaj albo przekaż."
            )
            .into();
        }
        Message::TooManyDays(most) => return format!("Najwyżej {most} dni.").into(),
        Message::UnsupportedInRule(part) => {
            return format!("{part} w takiej regule powtarzania nie jest obsługiwane.").into();
        }
        Message::TooManyDates(most) => return format!("Najwyżej {most} terminów.").into(),
        Message::RuleTooLong(days) => {
            return format!("Wszystkie terminy muszą przypadać w ciągu {days} dni od pierwszego.").into();
        }
        Message::TooManyOpenBookings(limit) => return format!("Masz tu już tyle wizyt, ile można mieć naraz: {limit}. Następną zarezerwujesz, gdy któraś minie.").into(),
        Message::WaitsTooOften(limit) => return format!("Czekasz tu już na tyle terminów, na ile można naraz: {limit}. Zrezygnuj z któregoś, aby dodać następny.").into(),
        Message::TooManyNoShows => "Zbyt wiele wizyt się nie odbyło, by rezerwować online. Skontaktuj się z firmą.",
        Message::Required => "To pole jest wymagane.",
        Message::Blank => "To pole nie może być puste.",
        Message::NotText => "To musi być tekst.",
        Message::NotAWholeNumber => "To musi być liczba całkowita.",
        Message::NotABoolean => "To musi być prawda albo fałsz (true, false).",
        Message::NotAList => "To musi być lista.",
        Message::NotAnObject => "To musi być obiekt.",
        Message::NotAnId => "To nie jest prawidłowy identyfikator.",
        Message::NotADate => "Data ma postać 2026-01-31.",
        Message::NotALocalTime => "Data z godziną wygląda tak: 2026-01-31T09:30, a cały dzień tak: 2026-01-31.",
        Message::NotATime => "Godzina ma postać 09:30.",
        Message::NotAnEmail => "Podaj prawidłowy adres e-mail.",
        Message::NotAPhoneNumber => "Podaj prawidłowy numer telefonu.",
        Message::NotAUsername => "Nazwa użytkownika składa się tylko z liter, cyfr i znaków @ . + - _",
        Message::NotAnAmount => "Kwota ma postać 120.00.",
        Message::AmountTooFine => "Kwota jest dokładniejsza niż najmniejsza moneta tej waluty.",
        Message::NotACurrency => "Waluta ma trzy litery, na przykład PLN.",
        Message::NotACategory => "Nie ma takiej kategorii.",
        Message::NotAHolidayCalendar => "Nie ma takiego kalendarza świąt.",
        Message::NotATimeZone => "Nie ma takiej strefy czasowej.",
        Message::NotACountry => "Kraj ma dwie litery, na przykład PL.",
        Message::NotASlug => "Tylko małe litery, cyfry i pojedyncze łączniki, najwyżej 60 znaków.",
        Message::NotAWebAddress => "Adres strony zaczyna się od https:// lub http://.",
        Message::NotANip => "To nie jest prawidłowy NIP.",
        Message::NotACoordinate => "To nie jest prawidłowa współrzędna.",
        Message::HalfAPoint => "Szerokość i długość geograficzną podaje się razem.",
        Message::NeedsAPoint => "To wymaga podania lat i lng.",
        Message::NotAnOrdering => "Możliwe kolejności: relevance, name, distance lub rating.",
        Message::NotACustomerOrdering => "Możliwe kolejności: name lub newest.",
        Message::NotAColor => "Kolor ma postać #a1b2c3.",
        Message::NotAStatus => "Nie ma takiego statusu.",
        Message::NotASubject => "Zmiany tego rodzaju nie są zapisywane.",
        Message::NotALanguage => "Nie mówimy w tym języku.",
        Message::NotUpcomingOrPast => "Albo upcoming, albo past.",
        Message::NotANoShowAction => "Albo confirm, albo refuse.",
        Message::NotARecurrenceRule => "To nie jest reguła powtarzania według RFC 5545, na przykład FREQ=WEEKLY;COUNT=10.",
        Message::EndlessRule => "Reguła powtarzania wymaga COUNT lub UNTIL.",
        Message::NotAnOnConflict => "Możliwe wartości: skip, stop lub all_or_nothing.",
        Message::NotAStaffChoice => "Możliwe wartości: priority, least_busy lub rotation.",
        Message::HalfAGap => "Początek i długość przerwy w zabiegu podaje się razem.",
        Message::GapOutsideVisit => "Przerwa w zabiegu musi się skończyć przed końcem wizyty.",
        Message::NoGapWithSeats => "Wizyta dla kilku osób nie może mieć przerwy w zabiegu.",
        Message::NoLongerVisitWithSeats => "Dodatki do wizyty dla kilku osób nie mogą jej wydłużać.",
        Message::VisitTooLong => "Wizyta ze wszystkimi dodatkami musi się zmieścić w 24 godzinach.",
        Message::PricesInAnotherCurrency => "Dodatki albo pracownicy mają ceny w innej walucie. Najpierw je zmień.",
        Message::NotOneChange => "Należy podać dokładnie jedną zmianę.",
        Message::MovedNowhere => "Podaj nowy termin (date i start_time) albo osobę.",
        Message::NobodyToKeepItWith => "Wizyta nie może zostać u osoby, która odchodzi.",
        Message::NotAChoice => "Możliwe wartości: keep, move, cancel.",
        Message::AppointmentTwice => "Dla tej wizyty podano już decyzję.",
        Message::ChoicesDoNotFit => {
            "Rezerwacje, których dotyczy zmiana, są już inne. Sprawdź je ponownie i zdecyduj o każdej."
        }
        Message::TooManyBookings(most) => {
            return format!("Zmiana dotyczy ponad {most} rezerwacji. Wprowadź ją w mniejszych krokach.").into();
        }
        Message::NotOneOfTheAddOns => "Tej usługi nie można tak rozszerzyć.",
        Message::NotOneOfTheLocations => "To nie jest adres tej firmy.",
        Message::NotAtOneLocation => "Ta usługa jest w innej lokalizacji niż poprzednie.",
        Message::NotOneOfTheResources => "Nie wszystkie są zasobami tej firmy.",
        Message::NotOnTheStaff => "Ta osoba nie należy do zespołu tej firmy.",
        Message::GivenTwice => "To podano dwa razy.",
        Message::NotAQuestionKind => "Możliwe wartości: text, choice, yes_no lub number.",
        Message::TooFewChoices => "Potrzebne są co najmniej dwie możliwości do wyboru.",
        Message::NotOneOfTheQuestions => "Przy tej usłudze o to nie pytamy.",
        Message::NotOneOfTheChoices => "Tego nie ma do wyboru.",
        Message::NotANumber => "To musi być liczba.",
        Message::NoEncryptionKey => "Pytania wrażliwe wymagają klucza szyfrowania, którego tu nie ustawiono.",
        Message::ControlCharacter => "Jest tu niedozwolony znak.",
        Message::ReservedSlug => "Ten adres jest zastrzeżony.",
        Message::NoSuchPerson => "Nie ma takiej osoby.",
        Message::NotOneOfTheServices => "Nie wszystkie są usługami tej firmy.",
        Message::PasswordTooShort => "Hasło musi mieć co najmniej 8 znaków.",
        Message::PasswordOnlyDigits => "Hasło nie może składać się z samych cyfr.",
        Message::PasswordCommon => "To hasło jest zbyt popularne.",
        Message::PasswordLikeName => "Hasło jest zbyt podobne do Twojego imienia, nazwiska lub adresu.",
        Message::PasswordsDiffer => "Hasła nie są takie same.",
        Message::ClosesBeforeOpening => "Zamknięcie musi być po otwarciu.",
        Message::HoursMissing => "Dzień otwarty wymaga godziny otwarcia i zamknięcia.",
        Message::BreakOutsideHours => "Przerwy muszą być w godzinach otwarcia i nie mogą się nakładać.",
        Message::OpeningHoursOverlap => "Te godziny nakładają się na inne tego samego dnia.",
        Message::DayTwice => "Ten dzień podano dwa razy.",
        Message::EndsBeforeStart => "Koniec jest przed początkiem.",
        Message::DateOverriddenAlready => "Część tych dni ma już inne godziny.",
        Message::DoesNotRepeat => "To pole ma sens tylko razem z częstotliwością powtarzania.",
        Message::RepeatsTooSoon => "Następny raz zaczyna się, zanim poprzedni się skończy.",
        Message::NotJson => "Treść nie jest prawidłowym JSON-em.",
        Message::NotCsv => "Treść musi być tabelą w formacie text/csv.",
        Message::NotUtf8 => "Tekst musi być w UTF-8.",
        Message::NoNameColumn => "Pierwszy wiersz musi zawierać nazwy kolumn, w tym name.",
        Message::NoWayToReach => "Potrzebny jest adres e-mail albo numer telefonu.",
        Message::NotAnotherCustomer => "To nie jest inny klient tej firmy.",
        Message::SlugTaken => "Ten adres jest zajęty.",
        Message::BadIdempotencyKey => "Idempotency-Key ma od 1 do 255 widocznych znaków ASCII.",
        Message::TooLateToCancel => "Ta wizyta już się odbyła albo została odwołana.",
        Message::TooLateToReschedule => "Ta wizyta już się zaczęła, odbyła albo została odwołana.",
        Message::VisitNotBegun => "Wizyta jeszcze się nie zaczęła.",
        Message::PrimaryLocationStays => "Pierwsza lokalizacja to adres firmy. Zamiast usuwać, zmień ją.",
        Message::ResourceStillNeeded => "Tego zasobu wymagają usługi. Najpierw je zmień.",
        Message::OwnerStays => "Wpisu właściciela nie można usunąć.",
        Message::EmailStays => "Adresu e-mail nie można tutaj zmienić.",
        Message::AlreadyOnStaff => "Ta osoba już jest w zespole albo ma zaproszenie.",
        Message::AlreadyJoined => "Ta osoba już dołączyła.",
        Message::InvitationInvalid => "To zaproszenie nie jest już ważne. Poproś o nowe.",
        Message::InvitationExpired => "To zaproszenie wygasło. Poproś o nowe.",
        Message::InvitationForAnother => {
            "To zaproszenie jest dla innego adresu e-mail. Zaloguj się na konto z tym adresem."
        }
        Message::EmailVerified => "Adres e-mail został potwierdzony.",
        Message::CodeSentIfUnverified => {
            "Jeśli istnieje niepotwierdzone konto z tym adresem, kod jest już w drodze."
        }
        Message::CodeSentIfKnown => "Jeśli istnieje konto z tym adresem, kod jest już w drodze.",
        Message::PasswordChanged => "Hasło zostało zmienione.",
        Message::FavoriteAdded => "Dodano do ulubionych.",
        Message::FavoriteRemoved => "Usunięto z ulubionych.",
        Message::GuestCodeSent => "Jeśli kod można wysłać, jest już w drodze.",
        Message::AppointmentCancelled => "Wizyta została odwołana.",
        Message::SeriesCancelled => "Wizyty z serii, które można było odwołać, są odwołane.",
        Message::VisitCancelled => "Cała wizyta została odwołana.",
        Message::OpeningHoursSaved => "Godziny otwarcia zostały zapisane.",
        Message::AppointmentRescheduled => "Wizyta została przełożona.",
        Message::InvitationAccepted => "Witamy w zespole.",
        Message::StaffMember => "Pracownik",
    })
}
