//! A walk through every operation of the document, as everyone: who is not let in is told so in the right way, sees
//! nothing of others and changes nothing. An operation without a policy does not compile; one without an example of
//! its body cannot be walked, and fails here.

mod refusals;
mod world;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;
use shared::{
    functions,
    openapi::{Operation, Policy},
};

use crate::support::{Answer, TestApp, seen, with_body};
use world::{Role, World};

/// Every operation, those that read before those that write before those that remove.
fn operations() -> Vec<Operation> {
    let mut all: Vec<_> =
        functions::operations().into_iter().flat_map(|(_, operations)| operations).collect();
    let order = ["get", "post", "put", "patch", "delete"];
    let place = |operation: &Operation| order.iter().position(|method| *method == operation.method());
    all.sort_by_key(|operation| (place(operation), usize::MAX - operation.path().len()));
    all
}

/// What takes the caller's own sign-in away is done in a world of its own.
fn ends_access(operation: &Operation) -> bool {
    let path = operation.path();
    path.contains("logout")
        || path.contains("password")
        || (operation.method() == "delete" && path.contains("/users/"))
}

/// Whether a role gets in, by the operation's policy.
fn lets_in(operation: &Operation, role: Role) -> bool {
    let path = operation.path();
    let of_one_person = path.contains("/users/") && path.contains('{') && !path.contains("favorites");
    // Paths that name no business are about the caller's own, which the other owner has too.
    let own = !path.contains('{') && path.contains("/businesses/");
    match operation.policy() {
        Policy::Anyone => true,
        Policy::SignedIn => role != Role::Anonymous,
        Policy::Verified if of_one_person => role == Role::Customer,
        Policy::Verified => !matches!(role, Role::Anonymous | Role::Unverified),
        Policy::WorksThere => matches!(role, Role::Staff | Role::Manager | Role::Owner),
        Policy::Manages => matches!(role, Role::Manager | Role::Owner),
        Policy::Owns => role == Role::Owner || (own && role == Role::OtherOwner),
        Policy::Machine => false,
    }
}

async fn ask(app: &TestApp, world: &World, role: Role, operation: &Operation) -> Answer {
    let method = Method::from_bytes(operation.method().to_uppercase().as_bytes()).unwrap();
    let mut request = app.request(method, &world.path(operation)).header(seen::ROLE, role.name());
    if let Some(person) = world.person(role) {
        request = request.bearer_auth(&person.access);
    }
    if let Some(body) = world.body(operation) {
        request = with_body(request, &body);
    }
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn who_is_not_let_in_sees_nothing_and_changes_nothing() {
    let app = TestApp::start().await;
    let world = World::create(&app).await;
    let before = world.everything(&app).await;
    for operation in operations() {
        for role in Role::ALL.into_iter().filter(|role| !lets_in(&operation, *role)) {
            let answer = ask(&app, &world, role, &operation).await;
            let what = format!("{} {} as {}: {answer:?}", operation.method(), operation.path(), role.name());
            let code = answer.json()["error_code"].as_str().unwrap_or_default().to_owned();
            match (operation.policy(), role) {
                (Policy::Machine, _) => assert!([401, 404].contains(&answer.status.as_u16()), "{what}"),
                (_, Role::Anonymous) => {
                    assert_eq!((answer.status.as_u16(), &*code), (401, "UNAUTHORIZED"), "{what}");
                }
                (_, Role::Unverified) => assert_eq!(code, "EMAIL_NOT_VERIFIED", "{what}"),
                _ => assert!(code == "PERMISSION_DENIED" || code.ends_with("NOT_FOUND"), "{what}"),
            }
            World::assert_discreet(&answer, &what);
        }
    }
    assert_eq!(world.everything(&app).await, before, "something was changed by someone who may not");
}

#[tokio::test]
async fn who_is_let_in_gets_in_and_sees_nothing_of_strangers() {
    for role in Role::ALL {
        let app = TestApp::start().await;
        let world = World::create(&app).await;
        for operation in operations().iter().filter(|operation| lets_in(operation, role)) {
            let answer = if ends_access(operation) {
                let app = TestApp::start().await;
                ask(&app, &World::create(&app).await, role, operation).await
            } else {
                ask(&app, &world, role, operation).await
            };
            let what = format!("{} {} as {}: {answer:?}", operation.method(), operation.path(), role.name());
            assert!(!answer.status.is_server_error(), "{what}");
            if operation.policy() != Policy::Anyone {
                assert!(![401, 403].contains(&answer.status.as_u16()), "{what}");
            }
            if role.is_stranger() {
                World::assert_discreet(&answer, &what);
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_is_bad_or_old_is_told_so_everywhere() {
    let app = TestApp::start().await;
    let world = World::create(&app).await;
    let signed_in: Vec<_> = operations()
        .into_iter()
        .filter(|it| !matches!(it.policy(), Policy::Anyone | Policy::Machine))
        .collect();
    let owner = world.person(Role::Owner).unwrap().access.clone();
    app.later(jiff::SignedDuration::from_mins(16)).await;
    for operation in &signed_in {
        let method = Method::from_bytes(operation.method().to_uppercase().as_bytes()).unwrap();
        for (token, code) in [("nonsense", "INVALID_TOKEN"), (owner.as_str(), "TOKEN_EXPIRED")] {
            let mut request = app.request(method.clone(), &world.path(operation)).bearer_auth(token);
            if let Some(body) = world.body(operation) {
                request = with_body(request, &body);
            }
            let answer = Answer::read(request.send().await.unwrap()).await;
            answer.refused(401, code);
            assert!(answer.header("www-authenticate").is_some(), "{}", operation.path());
        }
    }
}

#[test]
fn no_operation_is_unknown_to_the_document() {
    let document: Value = serde_json::from_str(shared::openapi::DOCUMENT).unwrap();
    let mut policies = BTreeMap::<&str, usize>::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let policy = operation["x-policy"].as_str();
            assert!(policy.is_some(), "{method} {path} has no policy");
            *policies.entry(policy.unwrap()).or_default() += 1;
        }
    }
    assert_eq!(policies.values().sum::<usize>(), operations().len());
}
