//! What Postgres writes down while a function answers a request.

use std::fs;

use tokio_postgres::Client;

use super::{
    function::Function,
    load::{self, Request},
};
use crate::{database::connect, postgres::Server};

/// The server's log of a request to a fresh process of a function, whose connections have these settings besides.
pub(super) async fn of_request(
    server: &Server,
    url: &str,
    settings: &[(&str, &str)],
    function: &str,
    request: Request,
) -> anyhow::Result<String> {
    let database = connect(url).await?;
    set(&database, settings).await?;
    let written = written(server, url, function, request).await;
    // Whatever came of it: they would slow down all that is measured after.
    reset(&database, settings).await?;
    written
}

async fn written(server: &Server, url: &str, function: &str, request: Request) -> anyhow::Result<String> {
    let function = Function::start(function, url)?;
    function.until_it_listens().await?;
    let before = fs::read(server.log_file())?.len();
    load::send(&function.base(), request).await?;
    drop(function);
    let log = fs::read(server.log_file())?;
    Ok(String::from_utf8_lossy(&log[before..]).into_owned())
}

/// For the connections that are opened from then on.
async fn set(database: &Client, settings: &[(&str, &str)]) -> anyhow::Result<()> {
    let name = name(database).await?;
    for (setting, value) in settings {
        database.batch_execute(&format!("alter database {name} set {setting} = '{value}'")).await?;
    }
    Ok(())
}

async fn reset(database: &Client, settings: &[(&str, &str)]) -> anyhow::Result<()> {
    let name = name(database).await?;
    for (setting, _) in settings {
        database.batch_execute(&format!("alter database {name} reset {setting}")).await?;
    }
    Ok(())
}

async fn name(database: &Client) -> anyhow::Result<String> {
    Ok(database.query_one("select quote_ident(current_database())", &[]).await?.get(0))
}
