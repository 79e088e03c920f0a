//! One operation: a method on a path, and everything a client has to know of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::handler::Handler;
use crate::{http::Code, limits};

/// Who may call an operation at all; what they may touch is decided object by object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Everybody.
    Anyone,
    /// Whoever is signed in, be their address verified or not.
    SignedIn,
    /// Whoever is signed in with a verified address; sees and changes what is their own.
    Verified,
    /// Who works at the business: owner, manager or staff.
    WorksThere,
    /// Who manages the business: owner or manager.
    Manages,
    /// Who owns the business.
    Owns,
    /// Another system that proves itself by a secret or a signature.
    Machine,
}

impl Policy {
    /// As the document says it, under `x-policy`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn => "signed-in",
            Self::Verified => "verified",
            Self::WorksThere => "works-there",
            Self::Manages => "manages",
            Self::Owns => "owns",
            Self::Machine => "machine",
        }
    }

    /// What those are told who may not, beside having to sign in.
    fn codes(self, path: &str) -> &'static [Code] {
        match self {
            // A path that names no business is about the caller's own.
            Self::Owns if !path.contains("{business}") => &[Code::BusinessNotFound],
            Self::WorksThere | Self::Manages | Self::Owns => &[Code::PermissionDenied],
            Self::Machine => &[Code::Unauthorized],
            Self::Anyone | Self::SignedIn | Self::Verified => &[],
        }
    }
}

/// An operation on its way into the document.
#[derive(Debug)]
pub struct Operation {
    pub(super) tag: &'static str,
    pub(super) method: &'static str,
    /// As routed: without the trailing slash that paths are written with.
    pub(super) path: &'static str,
    policy: Policy,
    texts: &'static [&'static str],
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: BTreeMap<u16, Value>,
    codes: BTreeSet<Code>,
    signed_in: bool,
    path_parameters: usize,
    /// Schemas that it refers to, by name.
    pub(super) schemas: BTreeMap<String, Value>,
}

impl Operation {
    /// An operation as `api!` declares it: the first text is its summary.
    #[must_use]
    pub fn new(
        tag: &'static str,
        method: &'static str,
        path: &'static str,
        policy: Policy,
        texts: &'static [&'static str],
    ) -> Self {
        let limited = limits::is_limited(method, path).then_some(Code::RateLimited);
        let refused = policy.codes(path).iter().copied();
        let codes = [Code::ServerError].into_iter().chain(limited).chain(refused).collect();
        Self {
            tag,
            method,
            path,
            policy,
            texts,
            parameters: Vec::new(),
            body: None,
            answers: BTreeMap::new(),
            codes,
            signed_in: false,
            path_parameters: 0,
            schemas: BTreeMap::new(),
        }
    }

    /// Adds codes that it refuses with.
    #[must_use]
    pub fn refusing(mut self, codes: &[Code]) -> Self {
        self.codes.extend(codes);
        self
    }

    /// Adds what its handler's arguments and answer say.
    #[must_use]
    pub fn served_by<Arguments>(mut self, handler: &impl Handler<Arguments>) -> Self {
        handler.describe(&mut self);
        self
    }

    /// Who may call it.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Its method, in lower case.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Its path, as clients write it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/", self.path)
    }

    /// It needs a sign-in.
    pub(super) fn needs_sign_in(&mut self) {
        self.signed_in = true;
        self.codes.extend([Code::Unauthorized, Code::InvalidToken, Code::TokenExpired]);
    }

    /// It can refuse with this code.
    pub(crate) fn can_refuse(&mut self, code: Code) {
        self.codes.insert(code);
    }

    /// The next of the path's parameters is of this kind.
    pub(super) fn takes_path_parameter(&mut self, schema: &Value) {
        let mut names = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let name = names.nth(self.path_parameters).unwrap_or("?");
        let parameter = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        self.path_parameters += 1;
        self.parameters.push(parameter);
    }

    /// It takes the properties of this object in its query string.
    pub(super) fn takes_query(&mut self, object: &Value) {
        self.codes.insert(Code::ValidationError);
        if !required_fields(object).is_empty() {
            self.codes.insert(Code::RequiredField);
        }
        self.heeds_query(object);
    }

    /// As [`takes_query`](Self::takes_query), where nothing in them is wrong.
    pub(super) fn heeds_query(&mut self, object: &Value) {
        let required = required_fields(object);
        for (name, schema) in object["properties"].as_object().into_iter().flatten() {
            let mut parameter = json!({
                "name": name,
                "in": "query",
                "required": required.contains(&name.as_str()),
                "schema": schema,
            });
            let kind = &schema["type"];
            if kind == "array" || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("array"))) {
                // Separated by commas, and not a parameter for each.
                parameter["explode"] = json!(false);
            }
            self.parameters.push(parameter);
        }
    }

    /// It takes a header.
    pub(crate) fn takes_header(&mut self, name: &str, description: &str, schema: &Value) {
        self.parameters.push(json!({
            "name": name,
            "in": "header",
            "required": false,
            "description": description,
            "schema": schema,
        }));
    }

    /// It takes a JSON body.
    pub(super) fn takes_body(&mut self, schema: &Value, required: bool) {
        self.body = Some(json!({
            "required": required,
            "content": { "application/json": { "schema": schema } },
        }));
        self.codes.extend([
            Code::InvalidInput,
            Code::ValidationError,
            Code::PayloadTooLarge,
            Code::UnsupportedMediaType,
        ]);
        // Of several that are absent, each is told as a field that is wrong.
        if !required_fields(schema).is_empty() {
            self.codes.insert(Code::RequiredField);
        }
    }

    /// It takes a table of this media type as its body.
    pub(super) fn takes_table(&mut self, kind: &str) {
        self.body =
            Some(json!({ "required": true, "content": { kind: { "schema": { "type": "string" } } } }));
        self.codes.extend([Code::InvalidInput, Code::PayloadTooLarge, Code::UnsupportedMediaType]);
    }

    /// It answers like this; without a schema, there is no body.
    pub(super) fn answers(&mut self, status: u16, content: Option<(&str, Value)>) {
        let description = match status {
            200 => "Done",
            201 => "Made",
            204 | 205 => "Done, nothing to say",
            304 => "Not modified",
            _ => "Answered",
        };
        let mut answer = json!({ "description": description });
        if let Some((kind, schema)) = content {
            answer["content"] = json!({ kind: { "schema": schema } });
        }
        self.answers.insert(status, answer);
    }

    /// The Operation Object, with an exchange that took place as its example: `{"request", "status", "response"}`.
    pub(super) fn object(&self, example: &Value) -> Value {
        let texts: Vec<&str> = self.texts.iter().map(|text| text.trim()).collect();
        let (summary, description) =
            texts.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        let mut object = json!({
            "tags": [self.tag],
            "operationId": self.id(),
            "summary": summary,
            "x-policy": self.policy.as_str(),
            "responses": self.responses(),
        });
        let description = description.join("\n").trim().to_owned();
        if !description.is_empty() {
            object["description"] = json!(description);
        }
        if !self.parameters.is_empty() {
            object["parameters"] = json!(self.parameters);
        }
        if let Some(body) = &self.body {
            object["requestBody"] = body.clone();
            put_example(&mut object["requestBody"], example.get("request"));
        }
        if let Some(status) = example["status"].as_u64() {
            put_example(&mut object["responses"][status.to_string()], example.get("response"));
        }
        if self.signed_in {
            object["security"] = json!([{ "access": [] }]);
        }
        object
    }

    /// A name made of method and path: `patchUsersMe`.
    #[must_use]
    pub fn id(&self) -> String {
        let words =
            self.path.trim_start_matches("/api").split(['/', '-', '.']).filter(|word| !word.is_empty());
        let capital = |word: &str| {
            let word = word.trim_matches(['{', '}']);
            let (first, rest) = word.split_at(1.min(word.len()));
            first.to_uppercase() + rest
        };
        let mut id = self.method.to_owned();
        for word in words {
            if word.starts_with('{') {
                id.push_str("By");
            }
            id.push_str(&capital(word));
        }
        id
    }

    fn responses(&self) -> Value {
        let mut responses: Map<String, Value> =
            self.answers.iter().map(|(status, answer)| (status.to_string(), answer.clone())).collect();
        let mut by_status = BTreeMap::<u16, Vec<&'static str>>::new();
        for code in &self.codes {
            by_status.entry(code.status().as_u16()).or_default().push(code.as_str());
        }
        for (status, codes) in by_status {
            let schema = json!({
                "allOf": [
                    { "$ref": "#/components/schemas/Error" },
                    { "type": "object", "properties": { "error_code": { "enum": codes } } },
                ],
            });
            responses.insert(
                status.to_string(),
                json!({
                    "description": codes.join(", "),
                    "content": { "application/json": { "schema": schema } },
                }),
            );
        }
        Value::Object(responses)
    }
}

/// Puts an example beside the schema of a body, whatever its media type.
fn put_example(body: &mut Value, example: Option<&Value>) {
    let kinds = body.get_mut("content").and_then(Value::as_object_mut);
    if let (Some(example), Some((_, kind))) = (example, kinds.and_then(|kinds| kinds.iter_mut().next())) {
        kind["example"] = example.clone();
    }
}

/// The fields without which an object, or one of a list, is refused.
fn required_fields(schema: &Value) -> Vec<&str> {
    schema.get("items").unwrap_or(schema)["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
