//! Changing `SECRET_KEY` without signing everybody out.

use super::{refresh, verify};
use crate::support::{Person, SECRET, TestApp};

const NEW: &str = "the secret that comes after the first one";

#[tokio::test]
async fn while_the_secret_is_rotated_the_previous_one_still_counts() {
    let before = TestApp::start().await;
    let rotating = [("SECRET_KEY", NEW), ("SECRET_KEY_PREVIOUS", SECRET)];
    let during = TestApp::on(before.database.clone(), &rotating).await;
    let after = TestApp::on(before.database.clone(), &[("SECRET_KEY", NEW)]).await;

    let anna = before.person("anna").await;
    anna.at(&during.base).get("/api/users/me/").await.expect(200);
    anna.at(&after.base).get("/api/users/me/").await.refused(401, "INVALID_TOKEN");

    let next = anna.at(&after.base).holding(&refresh(&during, &anna.refresh).await.expect(200));
    next.get("/api/users/me/").await.expect(200);
    refresh(&after, &next.refresh).await.expect(200);
}

#[tokio::test]
async fn a_code_sent_before_the_secret_changed_still_verifies() {
    let before = TestApp::start().await;
    let rotating = [("SECRET_KEY", NEW), ("SECRET_KEY_PREVIOUS", SECRET)];
    let during = TestApp::on(before.database.clone(), &rotating).await;
    let after = TestApp::on(before.database.clone(), &[("SECRET_KEY", NEW)]).await;

    let anna = Person::register(&before, "anna").await;
    let code = before.code_for(&anna.email, 1).await;
    verify(&after, &anna.email, &code).await.refused(400, "INVALID_VERIFICATION_CODE");
    verify(&during, &anna.email, &code).await.expect(200);
}
