//! Settings of a database, for the connections that are opened from then on.

use tokio_postgres::Client;

pub(super) async fn set(database: &Client, settings: &[(&str, &str)]) -> anyhow::Result<()> {
    let name = name(database).await?;
    for (setting, value) in settings {
        database.batch_execute(&format!("alter database {name} set {setting} = '{value}'")).await?;
    }
    Ok(())
}

pub(super) async fn reset(database: &Client, settings: &[(&str, &str)]) -> anyhow::Result<()> {
    let name = name(database).await?;
    for (setting, _) in settings {
        database.batch_execute(&format!("alter database {name} reset {setting}")).await?;
    }
    Ok(())
}

async fn name(database: &Client) -> anyhow::Result<String> {
    Ok(database.query_one("select quote_ident(current_database())", &[]).await?.get(0))
}
