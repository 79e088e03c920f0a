//! Who works at a business.

mod hiring;
mod invitations;
mod removing;

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn visitors_see_the_staff_but_not_how_to_reach_them() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(2).create().await;

    let page = app.get(&salon.path("staff/")).await.expect(200);
    assert_eq!(page["count"], 2);
    let owner = &page["results"][0];
    assert_eq!(owner["display_name"], salon.owner.name);
    assert_eq!(owner["service_ids"], json!([salon.service]));
    let fields: Vec<&String> = owner.as_object().unwrap().keys().collect();
    let public =
        ["display_name", "first_name", "id", "is_bookable", "is_manager", "last_name", "service_ids"];
    assert_eq!(fields, public);
}

#[tokio::test]
async fn the_staff_come_page_by_page_in_their_own_order() {
    let app = TestApp::start().await;
    let salon = app.salon().staff(3).create().await;

    let page = app.get(&salon.path("staff/?page=2&page_size=2")).await.expect(200);
    assert_eq!(page["count"], 3);
    assert_eq!(page["results"].as_array().unwrap().len(), 1);
    assert_eq!(page["results"][0]["display_name"], "Osoba 3");
    app.get(&salon.path("staff/?page=3&page_size=2")).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn nobody_works_at_a_business_that_does_not_exist() {
    let app = TestApp::start().await;
    app.get("/api/businesses/no-such-place/staff/").await.refused(404, "BUSINESS_NOT_FOUND");
}
