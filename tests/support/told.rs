//! What people are told of: the notices, as they come into the outbox. Delivered ones forget what they said.

use serde_json::Value;

use super::TestApp;

impl TestApp {
    /// Keeps a copy of every notice from now on.
    pub(crate) async fn keep_notices(&self) {
        let sql = "
            create table told (place serial, payload jsonb);
            create function keep() returns trigger language plpgsql as
                $$ begin insert into told (payload) values (new.payload); return new; end $$;
            create trigger keep before insert on outbox for each row execute function keep()";
        self.database.connect().await.batch_execute(sql).await.unwrap();
    }

    /// The kept notices of a kind, oldest first.
    pub(crate) async fn told(&self, notice: &str) -> Vec<Value> {
        let sql = "select payload from told where payload->>'notice' = $1 order by place";
        let rows = self.database.connect().await.query(sql, &[&notice]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}
