//! A way to the database on which accidents happen.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use super::TestDatabase;

/// What befalls a statement on its way, after which the connection breaks.
#[derive(Clone, Copy)]
pub(crate) enum Mishap {
    /// It is carried out, but the answer gets lost.
    LoseAnswer,
    /// It does not arrive before the server has lost its patience.
    HoldBack,
}

/// Stands between an app and its database and passes everything on, but for the accidents that a test asks for.
pub(crate) struct ChaosProxy {
    /// The database's address, through the proxy.
    pub(crate) url: String,
    scissors: Arc<Notify>,
    next: Arc<Mutex<Option<(&'static str, Mishap)>>>,
}

impl ChaosProxy {
    pub(crate) async fn before(database: &TestDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (ours, theirs) = (listener.local_addr().unwrap().port(), database.port());
        let url = database.url().replace(&format!(":{theirs}/"), &format!(":{ours}/"));
        let (scissors, next) = (Arc::new(Notify::new()), Arc::new(Mutex::new(None)));
        let proxy = Self { url, scissors: Arc::clone(&scissors), next: Arc::clone(&next) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (scissors, next) = (Arc::clone(&scissors), Arc::clone(&next));
                tokio::spawn(async move {
                    tokio::select! {
                        _ = pass_on(client, theirs, &next) => {}
                        () = scissors.notified() => {}
                    }
                });
            }
        });
        proxy
    }

    /// Breaks every connection there is. New ones can be made at once.
    pub(crate) fn cut(&self) {
        self.scissors.notify_waiters();
    }

    /// Lets something happen to the next statement that contains these words.
    pub(crate) fn befall_next(&self, words: &'static str, mishap: Mishap) {
        *self.next.lock().unwrap() = Some((words, mishap));
    }
}

/// Ends when either side does, or with a mishap.
async fn pass_on(
    mut client: TcpStream,
    port: u16,
    next: &Mutex<Option<(&'static str, Mishap)>>,
) -> io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut sent, mut answered) = ([0; 16 * 1024], [0; 16 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut sent) => {
                let sent = &sent[..read?];
                let happens = next.lock().unwrap().take_if(|(words, _)| contains(sent, words));
                match happens {
                    None if sent.is_empty() => return Ok(()),
                    None => server.write_all(sent).await?,
                    Some((_, Mishap::LoseAnswer)) => {
                        server.write_all(sent).await?;
                        return server.read(&mut answered).await.map(drop);
                    }
                    Some((_, Mishap::HoldBack)) => {
                        let read = server.read(&mut answered).await?;
                        client.write_all(&answered[..read]).await?;
                        client.shutdown().await?;
                        // Closed with something unread, the connection would be reset and the answer lost.
                        return io::copy(&mut client, &mut io::sink()).await.map(drop);
                    }
                }
            }
            read = server.read(&mut answered) => match read? {
                0 => return Ok(()),
                read => client.write_all(&answered[..read]).await?,
            }
        }
    }
}

fn contains(sent: &[u8], words: &str) -> bool {
    sent.windows(words.len()).any(|window| window == words.as_bytes())
}
