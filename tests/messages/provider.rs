//! A mail provider on this machine that speaks SendGrid's and Mailgun's protocols: it checks what it is sent as they do,
//! takes each idempotency key once, and behaves as badly as it is told to.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Display,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Semaphore};

pub(super) const SENDGRID_KEY: &str = "SG.test-key";
pub(super) const MAILGUN_KEY: &str = "key-test";
pub(super) const MAILGUN_DOMAIN: &str = "mg.example.com";

/// A mail that left: what any reader would see of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    pub(super) key: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) message_id: String,
    /// Content type, file name, content.
    pub(super) attachment: Option<(String, String, String)>,
    /// Our own id of the message, which events give back.
    pub(super) argument: String,
}

/// The provider; gone with its runtime.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    pub(super) base: String,
    desk: Arc<Desk>,
}

#[derive(Debug, Default)]
struct Desk {
    /// Answers to give before doing one's work again.
    refusals: Mutex<VecDeque<(u16, Option<&'static str>)>>,
    /// By idempotency key.
    taken: Mutex<BTreeMap<String, Taken>>,
    requests: Mutex<u32>,
    /// Answers wait for a permit, if it is there.
    gate: Mutex<Option<Arc<Semaphore>>>,
    /// A permit for every request whose work was done.
    done: Arc<Semaphores>,
}

#[derive(Debug)]
struct Semaphores(Semaphore);

impl Default for Semaphores {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Provider {
    pub(super) async fn start() -> Self {
        let desk = Arc::new(Desk::default());
        let routes = Router::new()
            .route("/v3/mail/send", post(sendgrid))
            .route("/v3/{domain}/messages", post(mailgun))
            .with_state(desk.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base, desk }
    }

    /// What makes an app send by SendGrid's API.
    pub(super) fn as_sendgrid(&self) -> Vec<(&'static str, &str)> {
        vec![("SENDGRID_API_KEY", SENDGRID_KEY), ("SENDGRID_BASE_URL", &self.base), FROM]
    }

    /// What makes an app send by Mailgun's API.
    pub(super) fn as_mailgun(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("MAILGUN_API_KEY", MAILGUN_KEY),
            ("MAILGUN_DOMAIN", MAILGUN_DOMAIN),
            ("MAILGUN_BASE_URL", &self.base),
            FROM,
        ]
    }

    /// Answers the next request with this status, and perhaps a `Retry-After`, and does nothing.
    pub(super) fn refuse_next(&self, status: u16, retry_after: Option<&'static str>) {
        self.desk.refusals.lock().unwrap().push_back((status, retry_after));
    }

    /// From now on does its work, but keeps its answers to itself.
    pub(super) fn hold_answers(&self) {
        *self.desk.gate.lock().unwrap() = Some(Arc::new(Semaphore::new(0)));
    }

    /// Answers at once again.
    pub(super) fn answer_at_once(&self) {
        *self.desk.gate.lock().unwrap() = None;
    }

    /// Waits until the work of one more request has been done.
    pub(super) async fn one_more(&self) {
        self.desk.done.0.acquire().await.unwrap().forget();
    }

    /// Every mail that left, each once.
    pub(super) fn taken(&self) -> Vec<Taken> {
        self.desk.taken.lock().unwrap().values().cloned().collect()
    }

    /// How often somebody asked.
    pub(super) fn requests(&self) -> u32 {
        *self.desk.requests.lock().unwrap()
    }
}

const FROM: (&str, &str) = ("DEFAULT_FROM_EMAIL", "Sessly Łódź <no-reply@sessly.example>");

/// A refusal, with what is wrong.
type Refusal = (StatusCode, String);

fn invalid(what: &dyn Display) -> Refusal {
    (StatusCode::BAD_REQUEST, what.to_string())
}

async fn sendgrid(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    let read = || {
        let authorized = headers.get("authorization").is_some_and(|h| h == &format!("Bearer {SENDGRID_KEY}"));
        if !authorized {
            return Err((StatusCode::UNAUTHORIZED, "The provided authorization grant is invalid".to_owned()));
        }
        if headers.get("content-type").is_none_or(|value| value != "application/json") {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, String::new()));
        }
        read_sendgrid(&serde_json::from_slice(&body).map_err(|e| invalid(&e))?)
    };
    desk.serve(&headers, read(), StatusCode::ACCEPTED).await
}

/// As the API's reference says.
fn read_sendgrid(mail: &Value) -> Result<Taken, Refusal> {
    let text = |pointer: &str| mail.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let required =
        |pointer: &str| text(pointer).filter(|text| !text.is_empty()).ok_or_else(|| invalid(&pointer));
    let types = [required("/content/0/type")?, required("/content/1/type")?];
    if types != ["text/plain", "text/html"] {
        return Err(invalid(&"content has to be text/plain, then text/html"));
    }
    let subject = required("/subject")?;
    if subject.contains(['\r', '\n']) {
        return Err(invalid(&"the subject cannot contain line breaks"));
    }
    let attachment = if mail.pointer("/attachments/0").is_some() {
        let kind = required("/attachments/0/type")?;
        let parameters = kind.split(';').count() - 1;
        if parameters > 1 || kind.contains(['\r', '\n']) {
            return Err(invalid(&"The attachment type cannot contain ';', or CRLF characters."));
        }
        let content = STANDARD.decode(required("/attachments/0/content")?).map_err(|e| invalid(&e))?;
        let content = String::from_utf8(content).map_err(|e| invalid(&e))?;
        Some((kind, required("/attachments/0/filename")?, content))
    } else {
        None
    };
    Ok(Taken {
        key: String::new(),
        from: format!("{} <{}>", required("/from/name")?, required("/from/email")?),
        to: required("/personalizations/0/to/0/email")?,
        subject,
        text: required("/content/0/value")?,
        html: required("/content/1/value")?,
        message_id: required("/headers/Message-ID")?,
        attachment,
        argument: required("/personalizations/0/custom_args/sessly_message_id")?,
    })
}

async fn mailgun(
    State(desk): State<Arc<Desk>>,
    Path(domain): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let read = || {
        let credentials = format!("Basic {}", STANDARD.encode(format!("api:{MAILGUN_KEY}")));
        if headers.get("authorization").is_none_or(|value| value != &credentials) {
            return Err((StatusCode::UNAUTHORIZED, "Forbidden".to_owned()));
        }
        if domain != MAILGUN_DOMAIN {
            return Err((StatusCode::NOT_FOUND, "Domain not found".to_owned()));
        }
        let content_type =
            headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary =
            content_type.strip_prefix("multipart/form-data; boundary=").ok_or_else(|| invalid(&"type"))?;
        read_mailgun(&parts(std::str::from_utf8(&body).map_err(|e| invalid(&e))?, boundary)?)
    };
    desk.serve(&headers, read(), StatusCode::OK).await
}

/// The parts of a form by name: headers and content.
fn parts(body: &str, boundary: &str) -> Result<BTreeMap<String, (String, String)>, Refusal> {
    let body = format!("\r\n{body}");
    let (inside, end) = body.split_once(&format!("\r\n--{boundary}--")).ok_or_else(|| invalid(&"no end"))?;
    if end != "\r\n" {
        return Err(invalid(&"something behind the end"));
    }
    let mut parts = BTreeMap::new();
    for part in inside.split(&format!("\r\n--{boundary}\r\n")).skip(1) {
        let (head, content) = part.split_once("\r\n\r\n").ok_or_else(|| invalid(&"no headers"))?;
        let name = head.split("form-data; name=\"").nth(1).and_then(|rest| rest.split('"').next());
        let name = name.ok_or_else(|| invalid(&"no name"))?;
        parts.insert(name.to_owned(), (head.to_owned(), content.to_owned()));
    }
    Ok(parts)
}

fn read_mailgun(parts: &BTreeMap<String, (String, String)>) -> Result<Taken, Refusal> {
    let field = |name: &str| {
        let value = parts.get(name).map(|(_, content)| content.clone()).filter(|content| !content.is_empty());
        value.ok_or_else(|| invalid(&format!("{name} parameter is missing")))
    };
    let attachment = parts.get("attachment").map(|(head, content)| {
        let kind = head.split("Content-Type: ").nth(1).unwrap_or_default().to_owned();
        let name =
            head.split("filename=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        (kind, name.to_owned(), content.clone())
    });
    Ok(Taken {
        key: String::new(),
        from: field("from")?,
        to: field("to")?,
        subject: field("subject")?,
        text: field("text")?,
        html: field("html")?,
        message_id: field("h:Message-Id")?,
        attachment,
        argument: field("v:sessly_message_id")?,
    })
}

impl Desk {
    async fn serve(&self, headers: &HeaderMap, mail: Result<Taken, Refusal>, taken: StatusCode) -> Response {
        *self.requests.lock().unwrap() += 1;
        if let Some((status, retry_after)) = self.refusals.lock().unwrap().pop_front() {
            let status = StatusCode::from_u16(status).unwrap();
            return match retry_after {
                Some(pause) => (status, [("retry-after", pause)]).into_response(),
                None => status.into_response(),
            };
        }
        let mail = match mail {
            Ok(mail) => mail,
            Err((status, what)) => return (status, what).into_response(),
        };
        let Some(key) = headers.get("idempotency-key").and_then(|value| value.to_str().ok()) else {
            return invalid(&"no key").into_response();
        };
        let mail = Taken { key: key.to_owned(), ..mail };
        self.taken.lock().unwrap().entry(key.to_owned()).or_insert(mail);
        let gate = self.gate.lock().unwrap().clone();
        self.done.0.add_permits(1);
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        taken.into_response()
    }
}
