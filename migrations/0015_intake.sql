-- What a business asks those who book a service, and what they answer: kept with the appointment, as it was asked.

create table intake_questions (
    id           uuid primary key,
    business_id  uuid not null,
    service_id   uuid not null,
    text         text not null check (text <> '' and length(text) <= 500),
    kind         text not null check (kind in ('text', 'choice', 'yes_no', 'number')),
    choices      text[] not null default '{}' check (cardinality(choices) <= 50),
    is_required  boolean not null default false,
    is_sensitive boolean not null default false,
    position     integer not null default 0,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    retired_at   timestamptz,
    foreign key (business_id, service_id) references services (business_id, id) on delete restrict,
    constraint intake_questions_choices_of_choice check ((kind = 'choice') = (choices <> '{}'))
);
create index intake_questions_of_service on intake_questions (service_id, position, id);
comment on table intake_questions is
    'What is asked of whoever books a service. One with answers is retired instead of deleted.';

create table intake_answers (
    appointment_id uuid not null references appointments on delete cascade,
    question_id    uuid not null references intake_questions on delete restrict,
    question       text not null,
    position       integer not null,
    value          text check (length(value) <= 1000),
    sealed         bytea,
    primary key (appointment_id, question_id),
    constraint intake_answers_open_or_sealed check ((value is null) <> (sealed is null))
);
create index intake_answers_of_question on intake_answers (question_id);
comment on table intake_answers is
    'What was answered when an appointment was booked, to the question as it was then. Answers to sensitive questions are sealed with a key that the database does not have.';

create trigger audit after insert or update or delete on intake_questions for each row
    execute function audit('intake_question', 'id', '{service_id, kind, is_required, is_sensitive, position, retired_at}');
