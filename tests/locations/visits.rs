//! Where what is booked takes place.

use serde_json::json;

use super::{id, two};
use crate::support::{TestApp, keys};

#[tokio::test]
async fn an_appointment_is_where_its_service_is() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let anna = app.person("anna").await;
    let booked = two.there.book(&anna, "2026-03-03", "10:00").await.expect(201);
    assert_eq!(keys(&booked["location"]), ["address", "id", "latitude", "longitude", "name"]);
    let place = json!({
        "id": two.second, "name": "Kazimierz", "address": "ul. Szeroka 2, parter, 31-053 Kraków",
        "latitude": "50.051500", "longitude": "19.948000",
    });
    assert_eq!(booked["location"], place);
    let path = format!("/api/users/appointments/{}/", id(&booked));
    assert_eq!(anna.get(&path).await.expect(200)["location"], place);
    let own = two.salon.owner.get(&two.salon.path("appointments/")).await.expect(200);
    assert_eq!(own["results"][0]["location"], place);
    let first = two.salon.book(&anna, "2026-03-04", "10:00").await.expect(201);
    assert_eq!(first["location"]["id"], json!(two.first));

    // It stays where it was when the place is given up.
    let service = two.salon.path(&format!("services/{}/", two.there.service));
    two.salon.owner.delete(&service).await.expect(204);
    two.salon.owner.delete(&two.salon.path(&format!("locations/{}/", two.second))).await.expect(204);
    assert_eq!(anna.get(&path).await.expect(200)["location"], place);
}

#[tokio::test]
async fn mail_and_calendar_file_name_its_address() {
    let app = TestApp::start().await;
    let two = two(&app).await;
    let anna = app.person("anna").await;
    two.there.book(&anna, "2026-03-03", "10:00").await.expect(201);
    shared::outbox::deliver_due(&app.state).await.unwrap();
    let mut mails = app.mail_to(&anna.email, 2).await;
    mails.retain(|mail| !mail.attachments.is_empty());
    let [mail] = mails.as_slice() else { panic!("one letter with an invitation: {mails:?}") };
    assert!(mail.text.contains("ul. Szeroka 2, parter, 31-053 Kraków"), "{}", mail.text);
    assert!(mail.text.contains("+48 12 345 67 89") && !mail.text.contains("Świdnicka"), "{}", mail.text);
    let file = mail.attachments[0].content.replace("\r\n ", "");
    assert!(file.contains("LOCATION:ul. Szeroka 2\\, parter\\, 31-053 Kraków\r\n"), "{file}");
}
