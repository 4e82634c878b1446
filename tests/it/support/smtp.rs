//! A mail server that does what a script says, connection by connection.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does in one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Takes every mail.
    Takes,
    /// Answers this instead, at this step.
    Says(Step, &'static str),
    /// Closes the connection instead of answering, at this step.
    Drops(Step),
    /// Answers nothing, from this step on.
    Hangs(Step),
    /// Answers at this step when the other side has gone.
    Late(Step),
    /// Answers at this step when [`SmtpServer::opens`] lets it.
    Waits(Step),
    /// Takes one mail and is not heard of again, without a goodbye.
    Vanishes,
    /// Greets one byte at a time, for ever.
    Drips,
    /// Offers STARTTLS, and then speaks it with a certificate nobody trusts.
    BadCertificate,
}

/// A step of a conversation, by what the client said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Connect,
    Hello,
    StartTls,
    Sender,
    Recipient,
    Data,
    Content,
}

/// A server on a port of its own.
pub struct SmtpServer {
    pub port: u16,
    log: Arc<Mutex<Log>>,
}

#[derive(Default)]
struct Log {
    connections: usize,
    open: bool,
    /// What was taken, whole.
    taken: Vec<String>,
    /// All lines of all conversations, as they were said.
    lines: Vec<String>,
}

impl SmtpServer {
    /// Does these acts, a connection each; from then on `after`.
    pub async fn doing(acts: &[Act], after: Act) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let log = Arc::<Mutex<Log>>::default();
        let (acts, shared) = (acts.to_vec(), log.clone());
        tokio::spawn(async move {
            let mut acts = acts.into_iter();
            while let Ok((socket, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                let act = acts.next().unwrap_or(after);
                tokio::spawn(converse(socket, act, shared.clone()));
            }
        });
        Self { port, log }
    }

    /// A URL for `SMTP_URL`.
    pub fn url(&self, query: &str) -> String {
        format!("smtp://127.0.0.1:{}{query}", self.port)
    }

    pub fn taken(&self) -> Vec<String> {
        self.log.lock().unwrap().taken.clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.log.lock().unwrap().lines.clone()
    }

    /// Lets those go on that wait.
    pub fn opens(&self) {
        self.log.lock().unwrap().open = true;
    }

    pub fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }
}

/// Where nobody listens.
pub async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("its address").port()
}

async fn converse(socket: TcpStream, act: Act, log: Arc<Mutex<Log>>) {
    let mut socket = BufReader::new(socket);
    // Whoever is cut off in the middle is no concern of ours.
    let _ended = talk(&mut socket, act, &log).await;
}

async fn talk(socket: &mut BufReader<TcpStream>, act: Act, log: &Mutex<Log>) -> std::io::Result<()> {
    if act == Act::Drips {
        return drip(socket).await;
    }
    if !answer(socket, act, Step::Connect, "220 test", log).await? {
        return Ok(());
    }
    let private = matches!(act, Act::BadCertificate | Act::Says(Step::StartTls, _) | Act::Drops(Step::StartTls));
    let hello = if private { "250-test\r\n250 STARTTLS" } else { "250-test\r\n250 8BITMIME" };
    let mut line = String::new();
    loop {
        line.clear();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        log.lock().unwrap().lines.push(format!("> {}", line.trim_end()));
        let (step, usual) = match spoken(&line, hello) {
            Spoken::Step(step, usual) => (step, usual),
            Spoken::StartTls if act != Act::BadCertificate => (Step::StartTls, "220 go on"),
            Spoken::StartTls => {
                // Not TLS at all is as bad as any certificate.
                return socket.write_all(b"220 go on\r\n\x15\x03\x03\x00\x02\x02\x2a").await;
            }
            Spoken::Quit => return socket.write_all(b"221 bye\r\n").await,
        };
        if !answer(socket, act, step, usual, log).await? {
            return Ok(());
        }
        if step == Step::Data && !takes(socket, act, log).await? {
            return Ok(());
        }
        if step == Step::Data && act == Act::Vanishes {
            return until_gone(socket).await;
        }
    }
}

/// What a client said.
enum Spoken {
    /// With the usual answer.
    Step(Step, &'static str),
    StartTls,
    Quit,
}

fn spoken(line: &str, hello: &'static str) -> Spoken {
    let word = line.split([' ', ':', '\r']).next().unwrap_or_default().to_uppercase();
    match word.as_str() {
        "EHLO" => Spoken::Step(Step::Hello, hello),
        "MAIL" => Spoken::Step(Step::Sender, "250 sender ok"),
        "RCPT" => Spoken::Step(Step::Recipient, "250 recipient ok"),
        "DATA" => Spoken::Step(Step::Data, "354 go on"),
        "STARTTLS" => Spoken::StartTls,
        "QUIT" => Spoken::Quit,
        _ => Spoken::Step(Step::Hello, "250 ok"),
    }
}

/// Reads a mail and answers for it; false where the conversation is over.
async fn takes(socket: &mut BufReader<TcpStream>, act: Act, log: &Mutex<Log>) -> std::io::Result<bool> {
    if matches!(act, Act::Says(Step::Data, _)) {
        return Ok(true);
    }
    let mail = content(socket).await?;
    if !matches!(act, Act::Says(Step::Content, _)) {
        log.lock().unwrap().taken.push(mail);
    }
    answer(socket, act, Step::Content, "250 taken", log).await
}

/// A greeting without end, a byte at a time, until the other side has had enough.
async fn drip(socket: &mut BufReader<TcpStream>) -> std::io::Result<()> {
    for byte in b"220-slow\r\n".iter().cycle() {
        socket.write_all(&[*byte]).await?;
        let pause = std::time::Duration::from_millis(50);
        if tokio::time::timeout(pause, socket.read(&mut [0; 1])).await.is_ok() {
            break;
        }
    }
    Ok(())
}

/// False where the conversation is over.
async fn answer(
    socket: &mut BufReader<TcpStream>,
    act: Act,
    step: Step,
    usual: &str,
    log: &Mutex<Log>,
) -> std::io::Result<bool> {
    let said = match act {
        Act::Drops(at) if at == step => return Ok(false),
        Act::Hangs(at) if at == step => {
            until_gone(socket).await?;
            return Ok(false);
        }
        Act::Late(at) if at == step => {
            until_gone(socket).await?;
            usual
        }
        Act::Waits(at) if at == step => {
            while !log.lock().unwrap().open {
                tokio::task::yield_now().await;
            }
            usual
        }
        Act::Says(at, said) if at == step => said,
        _ => usual,
    };
    log.lock().unwrap().lines.extend(said.lines().map(|line| format!("< {line}")));
    socket.write_all(format!("{said}\r\n").as_bytes()).await?;
    Ok(!said.starts_with("421"))
}

/// Until the other side has had enough.
async fn until_gone(socket: &mut BufReader<TcpStream>) -> std::io::Result<()> {
    socket.read_to_end(&mut Vec::new()).await.map(drop)
}

/// Up to the dot that stands alone.
async fn content(socket: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if socket.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(mail);
        }
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
