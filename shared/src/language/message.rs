//! What can be said to a person.

use std::borrow::Cow;

use super::Language;
use crate::{db::text_enum, http::Code};

text_enum! {
    /// A kind of business.
    pub enum Category {
        /// Hair.
        Hairdresser = "hairdresser",
        /// Medicine.
        Doctor = "doctor",
        /// Nails, brows, cosmetics.
        Beauty = "beauty",
        /// Massage, wellness.
        Spa = "spa",
        /// Training.
        Fitness = "fitness",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// Why a start is not offered.
    pub enum Reason {
        /// In the past or inside the minimum notice.
        TooSoon = "too_soon",
        /// Later than can be booked yet.
        BeyondHorizon = "beyond_horizon",
        /// The clock is put forward over it.
        NoSuchTime = "no_such_time",
        /// Nobody offers the service.
        NobodyOffers = "nobody_offers",
        /// Closed on the date.
        Closed = "closed",
        /// Closed for a public holiday.
        Holiday = "holiday",
        /// Not at work, for whatever reason.
        NotWorking = "not_working",
        /// Not at work on the date.
        DayOff = "day_off",
        /// Outside the hours of the date.
        OutsideHours = "outside_hours",
        /// Not on the grid of starts.
        OffStep = "off_step",
        /// Too long to end within the hours.
        EndsAfterHours = "ends_after_hours",
        /// In the way of a break.
        Break = "break",
        /// Away.
        TimeOff = "time_off",
        /// No seats left.
        ClassFull = "class_full",
        /// Somebody else is there.
        Taken = "taken",
        /// Too close to another visit.
        Buffer = "buffer",
        /// A resource is taken.
        Resource = "resource",
    }
}

/// Something said to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// What an error code says when there is nothing more to say.
    Code(Code),
    /// Why a start is not offered.
    NotOffered(Reason),

    // About fields.
    /// The field is absent.
    Required,
    /// The field is empty.
    Blank,
    /// At least so many characters.
    TooShort(usize),
    /// At most so many characters.
    TooLong(usize),
    /// From, to.
    OutOfRange(i32, i32),
    /// Not a string.
    NotText,
    /// Not a whole number.
    NotAWholeNumber,
    /// Not true or false.
    NotABoolean,
    /// Not a list.
    NotAList,
    /// At most so many items.
    TooManyItems(usize),
    /// Fewer items than there have to be.
    TooFewItems(usize),
    /// Not an object.
    NotAnObject,
    /// Not an id.
    NotAnId,
    /// Not `YYYY-MM-DD`.
    NotADate,
    /// Not `HH:MM`.
    NotATime,
    /// Neither `YYYY-MM-DDTHH:MM` nor a date.
    NotALocalTime,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not a telephone number.
    NotAPhoneNumber,
    /// Not a username.
    NotAUsername,
    /// Not an amount of money.
    NotAnAmount,
    /// Finer than the currency's smallest coin.
    AmountTooFine,
    /// Not a currency.
    NotACurrency,
    /// Not one of the categories.
    NotACategory,
    /// Not an IANA time zone.
    NotATimeZone,
    /// Not a calendar of holidays.
    NotAHolidayCalendar,
    /// Not a country code.
    NotACountry,
    /// Not a slug.
    NotASlug,
    /// Not a web address.
    NotAWebAddress,
    /// Not a NIP (Polish tax number).
    NotANip,
    /// Not a coordinate.
    NotACoordinate,
    /// Only one of latitude and longitude.
    HalfAPoint,
    /// Only with both `lat` and `lng`.
    NeedsAPoint,
    /// Not an order that businesses come in.
    NotAnOrdering,
    /// Not an order that customers come in.
    NotACustomerOrdering,
    /// Not a colour.
    NotAColor,
    /// Not an appointment status.
    NotAStatus,
    /// Not a kind of thing that is audited.
    NotASubject,
    /// Not a language we speak.
    NotALanguage,
    /// Not `upcoming` or `past`.
    NotUpcomingOrPast,
    /// Not `confirm` or `refuse`.
    NotANoShowAction,
    /// Not a way of choosing staff.
    NotAStaffChoice,
    /// Only one of the gap's start and length.
    HalfAGap,
    /// The gap does not end before the visit does.
    GapOutsideVisit,
    /// A visit of several customers has no gap.
    NoGapWithSeats,
    /// An add-on to a visit of several customers takes no time.
    NoLongerVisitWithSeats,
    /// A visit with everything that can be added lasts more than a day.
    VisitTooLong,
    /// Add-ons or staff have prices in another currency.
    PricesInAnotherCurrency,
    /// There is no such add-on of the service.
    NotOneOfTheAddOns,
    /// None of a list of changes, or several.
    NotOneChange,
    /// Neither when nor with whom.
    MovedNowhere,
    /// There will be nobody whom the visit could stay with.
    NobodyToKeepItWith,
    /// None of the choices.
    NotAChoice,
    /// Twice in a list.
    AppointmentTwice,
    /// Choices are not for just the bookings that a change affects.
    ChoicesDoNotFit,
    /// More bookings than can be looked through at once.
    TooManyBookings(i64),
    /// Not one of the business's locations.
    NotOneOfTheLocations,
    /// The address of a business is not given up.
    PrimaryLocationStays,
    /// So many services take place there.
    LocationStillOffering(i64),
    /// So many people have hours there.
    LocationStillStaffed(i64),
    /// A business has no more locations than these.
    TooManyLocations(i64),
    /// The services of a visit are at several locations.
    NotAtOneLocation,
    /// Not one of the business's resources.
    NotOneOfTheResources,
    /// Not somebody on the staff.
    NotOnTheStaff,
    /// Something that is in the list before.
    GivenTwice,
    /// Not a kind of question.
    NotAQuestionKind,
    /// A choice needs something to choose from.
    TooFewChoices,
    /// Not a question that is asked.
    NotOneOfTheQuestions,
    /// Not one of the choices.
    NotOneOfTheChoices,
    /// Not a number.
    NotANumber,
    /// There is no key to encrypt sensitive answers with.
    NoEncryptionKey,
    /// There are only so many of the resource.
    NotSoManyOfThem(i32),
    /// A character that has no business in text.
    ControlCharacter,
    /// A word that is part of an address.
    ReservedSlug,
    /// Nobody with that id.
    NoSuchPerson,
    /// Not one of the business's services.
    NotOneOfTheServices,

    // About passwords.
    /// Fewer than eight characters.
    PasswordTooShort,
    /// Digits only.
    PasswordOnlyDigits,
    /// Everybody's password.
    PasswordCommon,
    /// Like the person's own names.
    PasswordLikeName,
    /// The two differ.
    PasswordsDiffer,

    // About opening hours.
    /// Closing is not after opening.
    ClosesBeforeOpening,
    /// Open, but no hours given.
    HoursMissing,
    /// A break outside the hours, or breaks that overlap.
    BreakOutsideHours,
    /// Hours overlap others of the day.
    OpeningHoursOverlap,
    /// A day given twice.
    DayTwice,
    /// Something ends before it begins.
    EndsBeforeStart,
    /// More than so many days.
    TooManyDays(i64),
    /// Other hours for a date that has some already.
    DateOverriddenAlready,
    /// Not a recurrence rule.
    NotARecurrenceRule,
    /// A part of a recurrence rule that is not supported there.
    UnsupportedInRule(&'static str),
    /// A recurrence rule without an end.
    EndlessRule,
    /// More dates than so many.
    TooManyDates(usize),
    /// Dates more than so many days after the first.
    RuleTooLong(u16),
    /// Not a way of going on where a date cannot be booked.
    NotAnOnConflict,
    /// Until when it repeats, of something that does not.
    DoesNotRepeat,
    /// It is not over when it begins again.
    RepeatsTooSoon,

    // About whole requests.
    /// The body is not JSON.
    NotJson,
    /// The body is not CSV.
    NotCsv,
    /// The body is not UTF-8.
    NotUtf8,
    /// A table of customers has no column for their names.
    NoNameColumn,
    /// The slug is taken.
    SlugTaken,
    /// The `Idempotency-Key` is not one.
    BadIdempotencyKey,
    /// The appointment is over or already cancelled.
    TooLateToCancel,
    /// The appointment has begun, is over or cancelled.
    TooLateToReschedule,
    /// The visit has not begun yet.
    VisitNotBegun,
    /// A business with so many bookings to come cannot go.
    BusinessStillBooked(i64),
    /// A staff member with so many bookings to come cannot go.
    StaffStillBooked(i64),
    /// A service with so many bookings to come cannot move to another location.
    ServiceStillBooked(i64),
    /// Bookings to come take so many units of a resource, or need it at all: so many bookings.
    ResourceStillBooked(i64),
    /// A customer with so many visits ahead cannot be forgotten.
    CustomerStillBooked(i64),
    /// A customer that nobody could know again.
    NoWayToReach,
    /// A customer cannot be merged with that.
    NotAnotherCustomer,
    /// Services need the resource, or more units of it than are to be left.
    ResourceStillNeeded,
    /// The owner is always on the staff.
    OwnerStays,
    /// The address of an account is not changed with its profile.
    EmailStays,
    /// They are on the staff, or invited to it, already.
    AlreadyOnStaff,
    /// The entry has its person already.
    AlreadyJoined,
    /// No more staff than so many.
    StaffFull(i64),
    /// There is no such invitation any more.
    InvitationInvalid,
    /// The invitation is too old.
    InvitationExpired,
    /// The invitation is for another address.
    InvitationForAnother,
    /// The business has so many bookings ahead, so that its owner cannot leave.
    StillBooked(i64),

    // Done.
    /// The address is verified.
    EmailVerified,
    /// A code was sent, if there was anybody to send one to.
    CodeSentIfUnverified,
    /// A code was sent, if there is such an account.
    CodeSentIfKnown,
    /// The password is changed.
    PasswordChanged,
    /// The business is one of the favourites now.
    FavoriteAdded,
    /// It is no longer.
    FavoriteRemoved,
    /// The appointment is cancelled.
    AppointmentCancelled,
    /// Perhaps: nobody is told how many codes an address has been sent.
    GuestCodeSent,
    /// What could be of a series is cancelled.
    SeriesCancelled,
    /// All that was still to come of the visit is cancelled.
    VisitCancelled,
    /// The opening hours are saved.
    OpeningHoursSaved,
    /// The appointment is moved.
    AppointmentRescheduled,
    /// The caller is on the staff now.
    InvitationAccepted,

    /// The customer has as many visits ahead as they can.
    TooManyOpenBookings(u32),
    /// The customer has missed too many visits.
    TooManyNoShows,
    /// The customer waits at the business as often as they can.
    WaitsTooOften(u32),

    // Names of things.
    /// What a staff member is called whose own name has been erased.
    StaffMember,
}

impl Message {
    /// What it says in a language.
    #[must_use]
    pub fn text(&self, language: Language) -> Cow<'static, str> {
        (language.catalogue().text)(self)
    }
}
