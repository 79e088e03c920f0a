//! A function on AWS Lambda.

use serde_json::json;

use super::{
    Folder, META, fixture,
    lambda_api::{Lambda, event},
};

#[tokio::test]
async fn a_real_function_answers_an_event() {
    let mut lambda = Lambda::start(META).await;
    let response = lambda.invoke(event("GET", "/api/health/", "")).await;
    assert_eq!(response["statusCode"], 200);
    assert_eq!(response["headers"]["content-type"], "application/json");
    assert_eq!(response["body"], r#"{"status":"ok"}"#);
    assert_eq!(response["isBase64Encoded"], false);
}

#[tokio::test]
async fn path_and_query_arrive_unchanged() {
    let mut lambda = Lambda::start(fixture()).await;
    for (path, query) in [("/api/caf%C3%A9/", ""), ("/api/no/slash", "a=1&b=%20+&a=")] {
        let response = lambda.invoke(event("GET", path, query)).await;
        let expected = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        assert_eq!(response["body"], expected);
    }
}

#[tokio::test]
async fn a_binary_body_arrives_and_returns_as_it_was() {
    let mut lambda = Lambda::start(fixture()).await;
    let mut upload = event("POST", "/echo", "");
    upload["body"] = json!("AP/+");
    upload["isBase64Encoded"] = json!(true);
    let response = lambda.invoke(upload).await;
    assert_eq!(response["statusCode"], 200);
    assert_eq!(response["body"], "AP/+");
    assert_eq!(response["isBase64Encoded"], true);
}

#[tokio::test]
async fn the_peer_is_who_api_gateway_says() {
    let mut lambda = Lambda::start(fixture()).await;
    let response = lambda.invoke(event("GET", "/peer", "")).await;
    assert_eq!(response["body"], "192.0.2.1");
}

#[tokio::test]
async fn a_panic_answers_500_and_the_next_event_is_served() {
    let mut lambda = Lambda::start(fixture()).await;
    let response = lambda.invoke(event("GET", "/panic", "")).await;
    assert_eq!(response["statusCode"], 500);
    let response = lambda.invoke(event("GET", "/", "")).await;
    assert_eq!(response["statusCode"], 404);
}

#[tokio::test]
async fn background_work_is_done_before_the_response_is_posted() {
    let folder = Folder::new();
    let mut lambda = Lambda::start(fixture()).await;
    let query = format!("folder={}", folder.0.display());
    lambda.send(event("GET", "/background", &query));
    folder.marked("started").await;
    assert_eq!(lambda.posted(), None);

    folder.mark("release");
    let response = lambda.response().await;
    assert!(folder.has("done"));
    assert_eq!(response["statusCode"], 202);
}

#[tokio::test]
async fn a_panic_in_background_work_keeps_the_response() {
    let mut lambda = Lambda::start(fixture()).await;
    let response = lambda.invoke(event("GET", "/background-panic", "")).await;
    assert_eq!(response["statusCode"], 202);
}
