//! A Redis server of a test's own, to be killed, frozen and emptied.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use super::at_root;
use super::database::setting;

/// The server that `./test` starts, for tests that leave it as it is.
pub fn shared_url() -> String {
    setting("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis; ./test starts one")
}

pub struct RedisServer {
    child: Child,
    port: u16,
    more: Vec<String>,
    folder: tempfile::TempDir,
}

impl RedisServer {
    pub fn start() -> Self {
        Self::with(Vec::new())
    }

    /// One that speaks TLS too, as `localhost` on the second port.
    pub fn over_tls() -> (Self, u16) {
        let file = |name: &str| at_root("tests/it/db/tls").join(name).display().to_string();
        Self::shows(&file("server.pem"), &file("server.key"))
    }

    /// The same with this certificate.
    pub fn shows(certificate: &str, key: &str) -> (Self, u16) {
        let port = free_port();
        let tls = [
            "--tls-port",
            &port.to_string(),
            "--tls-cert-file",
            certificate,
            "--tls-key-file",
            key,
            "--tls-ca-cert-file",
            certificate,
            "--tls-auth-clients",
            "no",
        ]
        .map(str::to_owned);
        (Self::with(tls.into()), port)
    }

    fn with(more: Vec<String>) -> Self {
        let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
        let server = Self { child: spawn(port, &more, folder.path()), port, more, folder };
        server.is_up();
        server
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }

    /// After [`Self::kill`]: at the same place, and empty.
    pub fn start_again(&mut self) {
        self.child = spawn(self.port, &self.more, self.folder.path());
        self.is_up();
    }

    /// It takes connections and bytes, and does nothing.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    fn is_up(&self) {
        while self.try_say("PING").is_none_or(|answer| !answer.starts_with("+PONG")) {
            std::thread::yield_now();
        }
    }

    /// The answer to one command, as it comes over the wire.
    pub fn says(&self, command: &str) -> String {
        self.try_say(command).expect("Redis answers")
    }

    fn try_say(&self, command: &str) -> Option<String> {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        // QUIT has the server hang up after its answer.
        socket.write_all(format!("{command}\r\nQUIT\r\n").as_bytes()).ok()?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).ok()?;
        Some(answer.strip_suffix("+OK\r\n").unwrap_or(&answer).to_owned())
    }

    /// All keys that a glob finds.
    pub fn keys(&self, like: &str) -> Vec<String> {
        let answer = self.says(&format!("KEYS {like}"));
        answer.lines().filter(|line| !line.starts_with(['*', '$'])).map(str::to_owned).collect()
    }

    /// The number that this command answers.
    pub fn number(&self, command: &str) -> i64 {
        let answer = self.says(command);
        let number = answer
            .lines()
            .find_map(|line| line.trim_start_matches(':').parse().ok().filter(|_| !line.starts_with('$')));
        number.unwrap_or_else(|| panic!("{command}: {answer}"))
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

fn spawn(port: u16, more: &[String], folder: &std::path::Path) -> Child {
    let port = port.to_string();
    let arguments =
        ["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no", "--loglevel", "warning"];
    let mut command = Command::new("redis-server");
    command
        .args(arguments)
        .args(more)
        .arg("--dir")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("redis-server is installed")
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
