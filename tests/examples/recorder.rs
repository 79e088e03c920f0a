//! Calls operations, and keeps or compares what was sent and answered.

use std::{cell::RefCell, collections::BTreeMap, fs, path::Path};

use reqwest::Method;
use serde_json::{Map, Value, json};
use shared::{
    functions,
    openapi::{Operation, Policy},
};

use crate::support::{Answer, Person, TestApp, with_body};

pub(super) struct Recorder<'a> {
    app: &'a TestApp,
    operations: Vec<Operation>,
    exchanges: RefCell<BTreeMap<String, Value>>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(app: &'a TestApp) -> Self {
        let operations = functions::operations().into_iter().flat_map(|(_, operations)| operations).collect();
        Self { app, operations, exchanges: RefCell::default() }
    }

    /// Calls an operation, which has to go well; the body of its answer.
    pub(super) async fn call(
        &self,
        who: Option<&Person>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let mut request = self.app.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
        if let Some(person) = who {
            request = request.bearer_auth(&person.access);
        }
        if let Some(body) = &body {
            request = with_body(request, body);
        }
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
        let mut exchange = Map::from_iter([("status".to_owned(), json!(answer.status.as_u16()))]);
        exchange.extend(body.map(|body| ("request".to_owned(), body)));
        if !answer.text.is_empty() {
            let json = answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
            let response = if json { answer.json() } else { json!(answer.text) };
            exchange.insert("response".to_owned(), response);
        }
        self.exchanges.borrow_mut().insert(self.named(method, path), exchange.into());
        answer.json()
    }

    /// The name of the operation that serves a path: the one with the fewest parameters.
    fn named(&self, method: &str, path: &str) -> String {
        let parts: Vec<&str> = path.split('?').next().unwrap().split('/').collect();
        let fits = |operation: &&Operation| {
            let (path, method_fits) = (operation.path(), operation.method().eq_ignore_ascii_case(method));
            let wanted: Vec<&str> = path.split('/').collect();
            let same = |(wanted, part): (&&str, &&str)| wanted.starts_with('{') || wanted == part;
            method_fits && wanted.len() == parts.len() && wanted.iter().zip(&parts).all(same)
        };
        let fitting = self.operations.iter().filter(fits);
        fitting.min_by_key(|operation| operation.path().matches('{').count()).unwrap().id()
    }

    /// Checks that every operation was called, and that the answers still look like the examples; or keeps them.
    pub(super) fn finish(self) {
        let exchanges = self.exchanges.into_inner();
        // Other systems' calls are not people's; their own stories show them.
        let by_people = self.operations.iter().filter(|operation| operation.policy() != Policy::Machine);
        let missing: Vec<String> =
            by_people.map(Operation::id).filter(|id| !exchanges.contains_key(id)).collect();
        assert!(missing.is_empty(), "not called: {missing:?}");
        if std::env::var_os("KEEP_EXAMPLES").is_some() {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples.json");
            fs::write(file, format!("{:#}\n", json!(exchanges))).unwrap();
            return;
        }
        let kept: BTreeMap<String, Value> = serde_json::from_str(dev::openapi::EXAMPLES).unwrap();
        let shapes = |all: &BTreeMap<String, Value>| -> BTreeMap<String, Value> {
            all.iter().map(|(id, exchange)| (id.clone(), shape(exchange))).collect()
        };
        let (now, then) = (shapes(&exchanges), shapes(&kept));
        for (id, now) in &now {
            assert_eq!(
                Some(now),
                then.get(id),
                "the example of {id} is out of date: KEEP_EXAMPLES=1 keeps a new one"
            );
        }
        assert_eq!(now.len(), then.len(), "there are examples of what is no operation");
    }
}

/// The same with every value replaced by its kind, and lists by their first item.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => json!("null"),
        Value::Bool(_) => json!("boolean"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("string"),
        Value::Array(items) => items.first().map(shape).into_iter().collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect::<Map<_, _>>().into()
        }
    }
}
