//! Routes of a test's own, with the layers that every function has around its own.

use std::{collections::HashMap, future::pending};

use axum::Router;
use shared::{
    app::App,
    clock::Clock,
    config::Config,
    host::plain,
    http::layers::{self, Limits},
};
use tokio::net::TcpListener;

use super::SECRET;

/// An address where no database answers.
pub(crate) const NOWHERE: &str = "postgresql://nobody@127.0.0.1:1/nothing";

/// Serves routes; where.
pub(crate) async fn serve_routes(routes: Router<App>, limits: Limits, variables: &[(&str, &str)]) -> String {
    let mut all = HashMap::from([
        ("SESSLY_ENV", "development"),
        ("DATABASE_URL", NOWHERE),
        ("SECRET_KEY", SECRET),
        ("RATE_LIMIT_API", "off"),
    ]);
    all.extend(variables.iter().copied());
    let config = Config::from_variables(&|name| all.get(name).map(|value| (*value).to_owned())).unwrap();
    let app = App::new(config, Clock::system()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let served = layers::around(routes.with_state(app.clone()), &app, limits);
    tokio::spawn(plain::serve_on(listener, served, pending()));
    base
}
