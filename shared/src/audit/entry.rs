//! An entry of the audit, as owners see it.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    availability::local_instant,
    db::{Row, text_enum},
    http::form::choice_fields,
    ids::{AuditEntryId, SubjectId, UserId},
};

text_enum! {
    /// What was changed.
    pub enum SubjectKind {
        /// A visit.
        Appointment = "appointment",
        /// What is said about the business.
        Business = "business",
        /// Where it is.
        Location = "location",
        /// Something that can be booked.
        Service = "service",
        /// Something that can be added to a service.
        AddOn = "add_on",
        /// That somebody offers a service.
        ServiceStaff = "service_staff",
        /// That a service needs a resource.
        ServiceResource = "service_resource",
        /// A room, a chair, a device.
        Resource = "resource",
        /// Somebody who works there.
        StaffMember = "staff_member",
        /// An invitation to an entry of the staff.
        StaffInvitation = "staff_invitation",
        /// An interval of the week.
        OpeningHours = "opening_hours",
        /// An interval of a staff member's own week.
        StaffHours = "staff_hours",
        /// Dates with other hours.
        DateOverride = "date_override",
        /// An interval of such dates.
        OverrideHours = "override_hours",
        /// When somebody is away.
        TimeOff = "time_off",
        /// The card of a customer.
        Customer = "customer",
        /// Something that is asked of whoever books a service.
        IntakeQuestion = "intake_question",
        /// Somebody's wait for time.
        WaitlistEntry = "waitlist_entry",
    }
}

choice_fields!(SubjectKind: NotASubject);

text_enum! {
    /// What became of it.
    pub enum Action {
        /// It is new.
        Created = "created",
        /// It is otherwise than before.
        Changed = "changed",
        /// It is gone.
        Removed = "removed",
        /// It is off every list, and kept for what refers to it.
        Retired = "retired",
    }
}

text_enum! {
    /// What somebody was to the business when they did it.
    pub enum ActorRole {
        /// Who had the visit booked.
        Customer = "customer",
        /// Whose business it is.
        Owner = "owner",
        /// A manager.
        Manager = "manager",
        /// Of the staff.
        Staff = "staff",
        /// Who runs the platform.
        Admin = "admin",
        /// Nobody in particular: what time brings, or what an erased account takes along.
        System = "system",
        /// Nothing tells.
        Unknown = "unknown",
    }
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
struct AuditActor {
    /// Null for nobody in particular, and once the account is gone.
    id: Option<UserId>,
    name: Option<String>,
    role: ActorRole,
}

/// What it was done to.
#[derive(Debug, Serialize, ToSchema)]
struct AuditSubject {
    kind: SubjectKind,
    /// Of what has no id of its own, that of the service, the staff member or the override it belongs to.
    id: SubjectId,
    /// What it is called now, or what it belongs to; null if it is gone or has no name.
    name: Option<String>,
}

/// Something that was done at a business.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    id: AuditEntryId,
    #[schema(format = DateTime)]
    at: String,
    actor: AuditActor,
    subject: AuditSubject,
    action: Action,
    /// By what it is called: what it was and what it is, as they are stored, or null where values are not kept because
    /// they may be personal.
    #[schema(value_type = std::collections::HashMap<String, Option<Vec<Value>>>)]
    changes: Value,
}

/// Changes with their instants on the business's clock.
fn local(mut changes: Value, zone: &TimeZone) -> Value {
    let columns = changes.as_object_mut().into_iter().flatten();
    let instants = columns.filter(|(column, _)| column.ends_with("_at"));
    for value in instants.filter_map(|(_, values)| values.as_array_mut()).flatten() {
        // What is on the business's clock already has no offset, and is none.
        if let Some(instant) = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) {
            *value = local_instant(instant, zone).into();
        }
    }
    changes
}

impl From<&Row> for AuditEntry {
    fn from(row: &Row) -> Self {
        let zone = TimeZone::get(row.get(10)).unwrap_or(TimeZone::UTC);
        Self {
            id: row.get(0),
            at: local_instant(row.get(1), &zone),
            actor: AuditActor { id: row.get(2), name: row.get(3), role: row.get(4) },
            subject: AuditSubject { kind: row.get(5), id: row.get(6), name: row.get(7) },
            action: row.get(8),
            changes: local(row.get(9), &zone),
        }
    }
}
