//! A small SMTP server ([RFC 5321](https://www.rfc-editor.org/rfc/rfc5321)) that keeps what it is given, or behaves
//! as badly as it is told to.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
    sync::Semaphore,
};

/// How the server treats those who bring mail.
#[derive(Clone, Copy, Debug)]
pub(super) enum Manner {
    Takes,
    /// Answers every recipient with this line.
    Refuses(&'static str),
    /// The same, but not before it is [let go](SmtpServer::let_go).
    RefusesLate(&'static str),
    /// Answers every attempt to sign in with this line.
    RefusesSignIn(&'static str),
    /// Accepts connections and says nothing.
    IsSilent,
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) sender: String,
    pub(super) recipient: String,
    pub(super) content: String,
}

/// The server; gone when dropped, with its runtime.
#[derive(Clone, Debug)]
pub(super) struct SmtpServer {
    pub(super) port: u16,
    desk: Arc<Desk>,
}

#[derive(Debug)]
struct Desk {
    manner: Mutex<Manner>,
    received: Mutex<Vec<Received>>,
    /// A permit for every connection there has been.
    connections: Semaphore,
    /// A permit for everyone who may stop waiting.
    released: Semaphore,
}

impl SmtpServer {
    pub(super) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let desk = Arc::new(Desk {
            manner: Mutex::new(manner),
            received: Mutex::default(),
            connections: Semaphore::new(0),
            released: Semaphore::new(0),
        });
        let at_the_desk = desk.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let desk = at_the_desk.clone();
                desk.connections.add_permits(1);
                // A client that hangs up is no concern of the server's.
                tokio::spawn(async move { desk.serve(stream).await.ok() });
            }
        });
        Self { port, desk }
    }

    /// From the next connection on.
    pub(super) fn now(&self, manner: Manner) {
        *self.desk.manner.lock().unwrap() = manner;
    }

    /// Waits for the next connection that nobody has waited for.
    pub(super) async fn connection(&self) {
        self.desk.connections.acquire().await.unwrap().forget();
    }

    /// Lets one who waits for a late answer have it.
    pub(super) fn let_go(&self) {
        self.desk.released.add_permits(1);
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.desk.received.lock().unwrap().clone()
    }
}

impl Desk {
    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let manner = *self.manner.lock().unwrap();
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        if matches!(manner, Manner::IsSilent) {
            while lines.next_line().await?.is_some() {}
            return Ok(());
        }
        let (mut sender, mut recipient) = (String::new(), String::new());
        say(&mut writer, "220 desk.example.com").await?;
        while let Some(line) = lines.next_line().await? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-desk.example.com\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => match manner {
                    Manner::RefusesSignIn(refusal) => refusal,
                    _ => "235 welcome",
                },
                "MAIL" => {
                    sender = between_angles(&line);
                    "250 go on"
                }
                "RCPT" => {
                    recipient = between_angles(&line);
                    self.judge(manner).await
                }
                "DATA" => {
                    say(&mut writer, "354 go on").await?;
                    let content = read_content(&mut lines).await?;
                    let mail = Received { sender: sender.clone(), recipient: recipient.clone(), content };
                    self.received.lock().unwrap().push(mail);
                    "250 taken"
                }
                "QUIT" => "221 good-bye",
                _ => "250 as you like",
            };
            say(&mut writer, answer).await?;
        }
        Ok(())
    }

    async fn judge(&self, manner: Manner) -> &'static str {
        match manner {
            Manner::Refuses(refusal) => refusal,
            Manner::RefusesLate(refusal) => {
                self.released.acquire().await.unwrap().forget();
                refusal
            }
            _ => "250 go on",
        }
    }
}

async fn say(writer: &mut OwnedWriteHalf, line: &str) -> io::Result<()> {
    writer.write_all(format!("{line}\r\n").as_bytes()).await
}

fn between_angles(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// Up to the lonely dot; a dot doubled at the start of a line is one again.
async fn read_content(lines: &mut tokio::io::Lines<impl AsyncBufRead + Unpin>) -> io::Result<String> {
    let mut content = String::new();
    while let Some(line) = lines.next_line().await? {
        if line == "." {
            return Ok(content);
        }
        content.push_str(line.strip_prefix('.').unwrap_or(&line));
        content.push_str("\r\n");
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
