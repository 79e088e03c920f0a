//! Questions and answers cost the same however many there are, of a service and of all others.

use serde_json::json;

use super::{ask, book, place, said};
use crate::support::{ExplainingServer, Logs, Person, Salon};

/// Twenty thousand services of others with ten questions each; twenty more of the one there is; and a lot of answers to all.
const MANY: &str = "
    create temporary table places as
        select gen_random_uuid() as service, gen_random_uuid() as business, 10 as questions from generate_series(1, 20000)
        union all
        select id, business_id, 20 from services;
    create temporary table asked as
        select gen_random_uuid() as id, service, business, n from places, generate_series(1, questions) n;
    insert into intake_questions (id, business_id, service_id, text, kind, position, created_at, updated_at)
    select id, business, service, 'Pytanie ' || n, 'text', 100 + n, now(), now() from asked;
    insert into intake_answers (appointment_id, question_id, question, position, value)
    select gen_random_uuid(), id, 'Pytanie ' || n, n, 'nie' from asked, generate_series(1, 2)";

/// Two questions are asked, one of them changed, both answered with a booking that is looked at, and asked no more, as
/// is a third one that nobody answered.
async fn everything(salon: &Salon, customer: &Person, time: &str) {
    let owner = &salon.owner;
    let question = json!({ "text": "Uczulenia?", "kind": "text" });
    let asked =
        [ask(salon, question.clone()).await, ask(salon, question.clone()).await, ask(salon, question).await];
    let paths = asked.each_ref().map(|question| format!("{}{question}/", place(salon)));
    customer.get(&format!("{}?page_size=100", place(salon))).await.expect(200);
    customer.get(&paths[0]).await.expect(200);
    owner.patch(&paths[0], &json!({ "position": 3 })).await.expect(200);

    let answers = json!([said(&asked[0], "lateks"), said(&asked[1], "nie")]);
    let booked = book(salon, customer, time, answers).await.expect(201);
    let booked = booked["id"].as_str().unwrap();
    let kept = owner.get(&salon.path(&format!("appointments/{booked}/"))).await.expect(200);
    assert_eq!(kept["answers"].as_array().unwrap().len(), 2);
    for path in &paths {
        owner.delete(path).await.expect(204);
    }
}

#[tokio::test]
async fn as_many_statements_for_many_as_for_few_and_each_goes_by_an_index() {
    let server = ExplainingServer::start();
    let app = server.app(&[]).await;
    let salon = app.salon().create().await;
    let anna = app.person("anna").await;
    let statements = async |time| {
        let logs = Logs::counting();
        everything(&salon, &anna, time).await;
        logs.statements()
    };
    let few = statements("10:00").await;
    println!("{few:?}");
    server.fill(&app, MANY).await;
    let (many, plans) = server.plans_of(statements("12:00")).await;
    assert_eq!(few, many);
    plans.read_none_whole(&["intake_answers", "intake_questions"]);
    plans.use_all(&[
        "intake_answers_of_question",
        "intake_answers_pkey",
        "intake_questions_of_service",
        "intake_questions_pkey",
    ]);
}
