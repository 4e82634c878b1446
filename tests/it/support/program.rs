//! The built program, as people run it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use leadhouse::clock::Clock;
use leadhouse::config::DatabaseUrl;
use leadhouse::db::{Db, FromRow, Lane};
use serde_json::Value;

use super::database::{self, Place};

/// A database of its own, and the program to use it with.
pub struct Program {
    pub url: DatabaseUrl,
    database_url: String,
    /// Where its mails go.
    data: tempfile::TempDir,
    _place: Place,
}

/// What a command came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A program that goes on until it is stopped; killed when it is dropped.
pub struct Running {
    child: Child,
    /// What it says on stderr, line by line.
    lines: Receiver<String>,
    said: Vec<String>,
}

/// The program with these arguments and none of our environment.
pub fn command(args: &[&str]) -> Command {
    command_by(&[], args)
}

/// The same, started by another program.
pub fn command_by(by: &[&str], args: &[&str]) -> Command {
    let words: Vec<&str> = by.iter().chain(&[env!("CARGO_BIN_EXE_leadhouse")]).chain(args).copied().collect();
    let (first, others) = words.split_first().expect("the program");
    let mut command = Command::new(first);
    command.env_clear().args(others).stdin(Stdio::null());
    command
}

pub fn run(mut command: Command) -> Ran {
    Ran::of(command.output().expect("the program runs"))
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// It ended well; what it printed.
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// It failed with one line that says why, and printed nothing; the line.
    #[track_caller]
    pub fn failed(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(1), ""), "{self:?}");
        let line = self.stderr.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {self:?}"));
        assert!(!line.contains('\n') && line.starts_with("leadhouse: "), "{self:?}");
        line.to_owned()
    }
}

impl Program {
    pub async fn on_an_empty_database() -> Self {
        Self::on(database::empty().await)
    }

    pub async fn on_a_migrated_database() -> Self {
        Self::on(database::migrated().await)
    }

    /// On a database that somebody else looks after.
    pub fn on_the_database(url: DatabaseUrl) -> Self {
        Self::on((url, Place::Folder(tempfile::tempdir().expect("a folder"))))
    }

    fn on((url, place): (DatabaseUrl, Place)) -> Self {
        let database_url = match &url {
            DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        Self { url, database_url, data: tempfile::tempdir().expect("a folder"), _place: place }
    }

    /// Runs a statement past the program.
    pub async fn execute(&self, sql: &'static str) {
        let db = Db::open(&self.url, &Clock::default(), database::options(&self.url)).await.expect("the database");
        db.write(Lane::MONEY, move |tx| tx.execute(sql, &[])).await.expect("a statement");
        db.close().await;
    }

    /// What a statement says.
    pub async fn one<T: Send + 'static>(&self, sql: &'static str) -> T
    where
        (T,): FromRow,
    {
        let db = Db::open(&self.url, &Clock::default(), database::options(&self.url)).await.expect("the database");
        let (found,) = db.read(move |read| read.one::<(T,)>(sql, &[])).await.expect("a row");
        db.close().await;
        found
    }

    /// The program on this database. Its log shows warnings only.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = command(args);
        command.env("DATABASE_URL", &self.database_url).env("RUST_LOG", "warn").env("DATA_DIR", self.data.path());
        command
    }

    /// Where its files are.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        run(self.command(args))
    }

    /// Serves on a free port; `args` beside that.
    pub fn serves(&self, args: &[&str]) -> Running {
        self.serves_by(&[], args)
    }

    /// The same, started by another program.
    pub fn serves_by(&self, by: &[&str], args: &[&str]) -> Running {
        let mut command = command_by(by, &["serve"]);
        command.env("DATABASE_URL", &self.database_url).env("DATA_DIR", self.data.path()).args(args);
        command.envs([
            ("LISTEN", "127.0.0.1:0"),
            ("LOG_FORMAT", "json"),
            ("RUST_LOG", "info"),
            ("PATH", "/usr/bin:/bin"),
        ]);
        Running::start(command)
    }
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let lines = lines_of(child.stderr.take().expect("its stderr"));
        Self { child, lines, said: Vec::new() }
    }

    /// Waits until it says a line that this finds something in.
    pub fn hears<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> T {
        loop {
            let line = self.lines.recv().unwrap_or_else(|_| panic!("it ended, having said {:#?}", self.said));
            let found = find(&line);
            self.said.push(line);
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// The address it listens on, as its JSON log tells.
    pub fn address(&mut self) -> String {
        self.hears(|line| {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            line["address"].as_str().map(str::to_owned)
        })
    }

    /// Asks it to end, as a supervisor does, and waits until it has; its exit code.
    pub fn ends_on_sigterm(mut self) -> Option<i32> {
        signal(&self.child, "-TERM");
        self.child.wait().expect("it ends").code()
    }

    /// Tells it that files are to be read anew.
    pub fn hangs_up(&self) {
        signal(&self.child, "-HUP");
    }

    /// Stops it where it is, until it [`Self::thaws`].
    pub fn freezes(&self) {
        signal(&self.child, "-STOP");
    }

    pub fn thaws(&self) {
        signal(&self.child, "-CONT");
    }

    /// Ends it without a chance to say goodbye.
    pub fn kill(mut self) {
        signal(&self.child, "-KILL");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}

/// Reads on, so that the program never waits for a reader.
fn lines_of(stderr: ChildStderr) -> Receiver<String> {
    let (send, lines) = channel();
    let reading = move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    };
    std::thread::Builder::new().spawn(reading).expect("a thread");
    lines
}

/// `POST` of JSON over a socket: the status and the body, or why there is none.
pub fn post(address: &str, path: &str, headers: &str, body: &Value) -> std::io::Result<(u16, String)> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}connection: close\r\n\r\n",
        body.len()
    );
    socket.write_all(format!("{head}{body}").as_bytes())?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    // Half an answer is none.
    let whole = head.contains(&format!("content-length: {}", body.len()));
    status.filter(|_| whole).map(|status| (status, body.to_owned())).ok_or_else(cut)
}

/// `GET` over a socket: the status, and the body.
pub fn get(address: &str, path: &str, token: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(address).expect("it listens");
    let call =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n");
    socket.write_all(call.as_bytes()).expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    let status =
        answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status: {answer}"));
    (status, answer.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned()))
}

/// Permission bits of a file.
pub fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).expect("the file").permissions().mode() & 0o777
}
