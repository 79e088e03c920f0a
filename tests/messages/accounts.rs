//! Codes, passwords, invitations.

use jiff::SignedDuration;
use shared::{
    ids::{StaffMemberId, UserId},
    outbox::Notice,
};

use super::{deliver, mail_about, mails_about, set, stored, tell};
use crate::support::{Person, TestApp};

fn id(person: &Person) -> UserId {
    person.id.parse().unwrap()
}

#[tokio::test]
async fn a_reset_code_comes_with_a_link_to_where_it_is_used() {
    let app = TestApp::with(&[("FRONTEND_BASE_URL", "https://www.example.com")]).await;
    let anna = app.person("anna").await;
    set(&app, &anna, "email", "anna+salon@example.com").await;
    tell(&app, &Notice::PasswordResetCode { user: id(&anna), code: "012345".to_owned() }).await;
    deliver(&app).await;
    let mail = mail_about(&app, "anna+salon@example.com", "Nowe hasło w Sessly").await;
    assert!(
        mail.text.contains("\n    012345\n") && mail.html.contains("<strong>012345</strong>"),
        "{mail:?}"
    );
    let link = "https://www.example.com/reset-password?email=anna%2Bsalon%40example%2Ecom";
    assert!(
        mail.text.contains(&format!("\n{link}\n")) && mail.html.contains(&format!("href=\"{link}\"")),
        "{mail:?}"
    );
}

#[tokio::test]
async fn a_code_that_has_expired_is_not_sent() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    tell(&app, &Notice::PasswordResetCode { user: id(&anna), code: "012345".to_owned() }).await;
    app.later(SignedDuration::from_mins(15)).await;
    assert_eq!(deliver(&app).await.dropped, 1);
    assert_eq!(mails_about(&app, &anna.email, "Nowe hasło").await.len(), 0);
}

#[tokio::test]
async fn of_two_codes_that_wait_the_newer_is_sent() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    for code in ["111111", "222222"] {
        tell(&app, &Notice::PasswordResetCode { user: id(&anna), code: code.to_owned() }).await;
    }
    let delivered = deliver(&app).await;
    assert_eq!((delivered.sent, delivered.dropped), (1, 1));
    assert!(mail_about(&app, &anna.email, "Nowe hasło").await.text.contains("222222"));
}

#[tokio::test]
async fn a_changed_password_is_told_whatever_the_preferences() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    set(&app, &anna, "preferences", r#"{"messages": {"booking": {"email": false}}}"#).await;
    set(&app, &anna, "locale", "en").await;
    tell(&app, &Notice::PasswordChanged { user: id(&anna) }).await;
    deliver(&app).await;
    let mail = mail_about(&app, &anna.email, "Your Sessly password was changed").await;
    assert!(mail.text.contains("/reset-password?email="), "{}", mail.text);
}

#[tokio::test]
async fn who_is_invited_gets_a_link_unless_the_invitation_is_over() {
    let app = TestApp::with(&[("FRONTEND_BASE_URL", "https://www.example.com")]).await;
    let salon = app.salon().staff(2).create().await;
    let staff = salon.staff().await.pop().unwrap();
    let invite = "
        insert into staff_invitations (staff_id, business_id, email, token_hash, created_at, expires_at)
        select id, business_id, 'Ola@example.com', sha256(''), $2::timestamptz, $2::timestamptz + interval '7 days'
        from staff_members where id = $1::text::uuid";
    app.database.connect().await.execute(invite, &[&staff, &app.clock.now()]).await.unwrap();
    let notice = Notice::StaffInvitation {
        staff: staff.parse::<StaffMemberId>().unwrap(),
        token: "a token/+".to_owned(),
    };
    tell(&app, &notice).await;
    deliver(&app).await;
    let mail = mail_about(&app, "Ola@example.com", "Zaproszenie do zespołu: Złote Nożyczki").await;
    assert!(
        mail.text.contains("https://www.example.com/staff-invitation?token=a%20token%2F%2B"),
        "{}",
        mail.text
    );

    tell(&app, &notice).await;
    app.later(SignedDuration::from_hours(7 * 24)).await;
    assert_eq!(deliver(&app).await.dropped, 1);
}

#[tokio::test]
async fn what_was_delivered_leaves_no_code_behind() {
    let app = TestApp::start().await;
    let anna = app.person("anna").await;
    tell(&app, &Notice::PasswordResetCode { user: id(&anna), code: "012345".to_owned() }).await;
    deliver(&app).await;
    let rows = stored(&app, "select * from outbox").await.to_string();
    assert!(!rows.contains("012345") && !rows.contains("anna@"), "{rows}");
}
