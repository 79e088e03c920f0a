//! Reading a mail as its receiver's program does ([RFC 5322](https://www.rfc-editor.org/rfc/rfc5322), MIME).

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};

/// A message, or a part of one.
#[derive(Debug)]
pub(super) struct Message {
    /// By lower-case name, unfolded.
    headers: BTreeMap<String, String>,
    body: String,
}

impl Message {
    pub(super) fn parse(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").expect("an empty line after the headers");
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut headers = BTreeMap::new();
        for line in unfolded.split("\r\n") {
            let (name, value) = line.split_once(": ").unwrap();
            let before = headers.insert(name.to_ascii_lowercase(), value.to_owned());
            assert_eq!(before, None, "{name} twice");
        }
        Self { headers, body: body.to_owned() }
    }

    /// A header as it stands.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    /// A header as it is shown: encoded words decoded ([RFC 2047](https://www.rfc-editor.org/rfc/rfc2047)).
    pub(super) fn shown(&self, name: &str) -> String {
        // The space between two encoded words belongs to the encoding.
        let text = self.header(name).replace("?= =?", "?==?");
        let mut pieces = text.split("=?utf-8?b?");
        let mut shown = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (encoded, plain) = piece.split_once("?=").unwrap();
            shown.push_str(std::str::from_utf8(&STANDARD.decode(encoded).unwrap()).unwrap());
            shown.push_str(plain);
        }
        shown
    }

    /// What a multipart message consists of.
    pub(super) fn parts(&self) -> Vec<Self> {
        let (_, rest) = self.header("content-type").split_once("boundary=\"").expect("a multipart message");
        let (boundary, _) = rest.split_once('"').unwrap();
        let body = format!("\r\n{}", self.body);
        let (inside, _) = body.split_once(&format!("\r\n--{boundary}--")).expect("the closing boundary");
        inside.split(&format!("\r\n--{boundary}\r\n")).skip(1).map(Self::parse).collect()
    }

    /// The body as it is shown.
    pub(super) fn text(&self) -> String {
        let bytes = match self.headers.get("content-transfer-encoding").map(String::as_str) {
            Some("base64") => STANDARD.decode(self.body.replace("\r\n", "")).unwrap(),
            Some("quoted-printable") => {
                quoted_printable::decode(&self.body, quoted_printable::ParseMode::Strict).unwrap()
            }
            Some("7bit") => self.body.clone().into_bytes(),
            other => panic!("{other:?}"),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }
}
