//! Settings: each is judged before anything is touched, told in one line with its name, and no line holds a password.

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::support::program::{Program, Ran, Running, command, post, run};

/// A folder in which the program has its working directory, and nothing is yet.
struct Empty {
    folder: TempDir,
    /// Its address is taken: whatever is not refused before ends there.
    taken: std::net::TcpListener,
}

impl Empty {
    fn new() -> Self {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        Self { folder: tempfile::tempdir().unwrap(), taken }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program here with these settings.
    fn run(&self, args: &[&str], settings: &[(&str, &str)]) -> Ran {
        let mut command = command(args);
        let listen = self.taken.local_addr().unwrap().to_string();
        command.current_dir(self.path()).env("LISTEN", listen).envs(settings.iter().copied());
        run(command)
    }

    #[track_caller]
    fn is_untouched(&self, after: &str) {
        let there: Vec<_> = std::fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(there.is_empty(), "{after} left {there:?}");
    }
}

/// It was refused in one line; the line.
#[track_caller]
fn refused(ran: &Ran) -> &str {
    assert!(matches!(ran.code, Some(1 | 2)) && ran.stdout.is_empty(), "{ran:?}");
    let line = ran.stderr.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {ran:?}"));
    assert!(!line.contains('\n') && line.starts_with("leadhouse: "), "{ran:?}");
    line
}

/// Settings that cannot work, and what their line says.
const WRONG: &[(&str, &str, &str)] = &[
    ("CURRENCY", "QQQ", "USD"),
    ("LISTEN", "8080", "127.0.0.1:8080"),
    ("LISTEN", "127.0.0.1", "127.0.0.1:8080"),
    ("LISTEN", "nowhere.invalid:8080", "nowhere.invalid"),
    ("PUBLIC_URL", "leads.example.com", "https://HOST"),
    ("PUBLIC_URL", "https://leads.example.com/portal", "without a path"),
    ("ALLOWED_HOSTS", "*", "every host is named"),
    ("ALLOWED_HOSTS", "a.example,https://b.example", "names alone"),
    ("TRUSTED_PROXIES", "proxy.internal", "10.0.0.0/8"),
    ("TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"),
    ("SMTP_URL", "mail.example.com", "smtp[s]://"),
    ("SMTP_URL", "smtp://mail.example.com?tls=on", "required"),
    ("MAIL_FROM", "nobody", "name@example.com"),
    ("ADMIN_NOTIFICATION_EMAIL", "ops", "name@example.com"),
    ("MAIL_TEMPLATES", "/nowhere/at/all", "/nowhere/at/all"),
    ("NOTIFY_ADMIN_ON_PROVIDER_REJECT", "maybe", "true, false"),
    ("SHOW_ATTRIBUTION_TO_PROVIDERS", "2", "true, false"),
    ("RATE_LIMITS", "none", "on, off"),
    ("REDIS_URL", "http://localhost", "rediss://"),
    ("RETURN_WINDOW", "14", "14d"),
    ("RETURN_WINDOW", "0s", "more than zero"),
    ("EXPORT_LINK_TTL", "1 week", "14d"),
    ("STORAGE_URL", "file://relative", "file:///FOLDER"),
    ("STORAGE_URL", "gs://bucket", "s3://BUCKET"),
    ("EXPORT_MAX_ROWS", "0", "1000000"),
    ("EXPORT_MAX_ROWS", "many", "EXPORT_MAX_ROWS"),
    ("EXPORTS_PER_DAY", "-1", "10000"),
    ("EXPORT_DISK_TOTAL", "20GB", "GiB"),
    ("METRICS_TOKEN", "two words", "without spaces"),
    ("LOG_FORMAT", "xml", "text, json"),
    ("RUST_LOG", "verbose", "off, error, warn, info, debug, trace"),
    ("RUST_LOG", "leadhouse=loud", "debug"),
    ("RUST_LOG", "leadhouse", "info"),
    ("DATABASE_URL", "mysql://localhost", "sqlite://"),
    ("DATABASE_URL", "sqlite://", "names no file"),
    ("DATABASE_URL", "sqlite:///srv/", "names no file"),
    ("DATABASE_URL", "sqlite://leadhouse.db?mode=ro", "path of a file alone"),
    ("DATABASE_URL", "sqlite://:memory:", "path of a file alone"),
    ("DATABASE_URL", "sqlite://~/leadhouse.db", "path of a file alone"),
    ("DATABASE_URL", "sqlite://file:leadhouse.db", "path of a file alone"),
    ("ERASURE_REWRITE_HOUR", "24", "ERASURE_REWRITE_HOUR"),
    ("ERASURE_REWRITE_SIZE", "256MB", "GiB"),
    ("DATABASE_URL", "postgres://127.0.0.1:1/lh?sslmode=on", "verify-full"),
];

#[test]
fn every_setting_is_judged_before_anything_is_touched() {
    let here = Empty::new();
    let others = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = others.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let no_certificate = file("cert.pem", "no certificate");
    let under_a_file = format!("{no_certificate}/files");
    std::fs::create_dir(others.path().join("templates")).unwrap();
    file("templates/sign_in_link.txt", "Hello\n");
    let templates = others.path().join("templates").display().to_string();
    let in_a_file = format!("file://{under_a_file}");
    let root_is_no_certificate = format!("postgres://127.0.0.1:1/lh?sslmode=verify-full&sslrootcert={no_certificate}");
    let of_files: [(&str, &str, &str); 6] = [
        ("TLS_CERT", &no_certificate, "TLS_KEY"),
        ("TLS_KEY", &no_certificate, "TLS_CERT"),
        ("MAIL_TEMPLATES", &templates, "sign_in_link.txt:1"),
        ("STORAGE_URL", &in_a_file, "no folder"),
        ("DATA_DIR", &under_a_file, "no folder"),
        ("DATABASE_URL", &root_is_no_certificate, "sslrootcert"),
    ];
    let fixed: &[(&str, &str, &str)] = WRONG;
    for (name, value, says) in fixed.iter().copied().chain(of_files) {
        for args in [&["serve"][..], &["worker", "--once"]] {
            if args == ["worker", "--once"] && (name.starts_with("TLS")) {
                continue;
            }
            let ran = here.run(args, &[(name, value)]);
            let line = refused(&ran);
            assert!(line.contains(name) && line.contains(says), "{name}={value}: {line}");
            here.is_untouched(line);
        }
    }
}

/// Values that hold a password, malformed in every way that came to mind.
const SECRETS: &[(&str, &[&str])] = &[
    (
        "SMTP_URL",
        &[
            "smtp://u:hunter2@host?tls=on",
            "smtp://u:p?hunter2@host",
            "smtp://u:25?hunter2@host",
            "smtp://u:hunter2@",
            "smtp://u:hunter2/@host",
            "smtp//u:hunter2@host",
            "u:hunter2@host",
            "smtp://hunter2@host",
            "smtp://u:%ffhunter2@host",
            "smtp://u:hunter2@host:port",
            "smtp://u:hunter2@host?timeout=1",
            "https://u:hunter2@host",
            "smtp://u:hunt er2@ho st",
        ],
    ),
    (
        "DATABASE_URL",
        &[
            "mysql://u:hunter2@host",
            "postgres://u:hunter2@host:port/db",
            "postgres://u:hunter2@127.0.0.1:1/db",
            "postgres://u:p?hunter2@host",
            "postgres://u:p?sslhunter2=1@host",
            "postgres://u:p/hunter2@host/db",
            "postgres://u:1/hunter2@127.0.0.1/db",
            "postgres://u@127.0.0.1:1/db?password=hunter2&sslmode=maybe",
            "postgres://u:hunter2",
            "postgres:u:hunter2@host",
            "sqlite://u:hunter2@host/db",
            "postgres://u:hunter2%zz@127.0.0.1:1/db",
            "u:hunter2@host",
            "postgres://u:hunter2@127.0.0.1:1/db?x=y",
        ],
    ),
    (
        "REDIS_URL",
        &[
            "redis://:hunter2@host:port",
            "http://:hunter2@host",
            "redis:/:hunter2@host",
            "redis://:hunter2@host/db",
            "hunter2",
            "redis://u:hunter2@ho st",
        ],
    ),
    ("STORAGE_URL", &["s3://AKIA:hunter2@bucket/x", "https://u:hunter2@host", "s3://hunter2@b", "AKIA:hunter2@s3"]),
    ("PUBLIC_URL", &["https://u:hunter2@host", "https//u:hunter2@host"]),
    ("METRICS_TOKEN", &["hunter2 ", "hunter2\u{e9}", "hunter2\t"]),
    ("ALLOWED_HOSTS", &["https://u:hunter2@host", "u:hunter2@host"]),
];

#[test]
fn no_line_holds_a_password() {
    let here = Empty::new();
    for &(name, values) in SECRETS {
        for &value in values {
            let flag = format!("--{}", name.to_ascii_lowercase().replace('_', "-"));
            for ran in [
                here.run(&["serve"], &[(name, value)]),
                here.run(&["serve", &flag, value], &[]),
                here.run(&["serve", &format!("{flag}={value}")], &[]),
                here.run(&["serve", &flag, value, "--colour"], &[]),
                here.run(&["serve", value], &[]),
            ] {
                assert!(ran.code != Some(0), "{name}={value}: {ran:?}");
                assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("hunter2"), "{name}={value}: {ran:?}");
            }
            let help = here.run(&["serve", "--help"], &[(name, value)]);
            assert!(
                name == "PUBLIC_URL" || name == "ALLOWED_HOSTS" || !help.stdout.contains("hunter2"),
                "{name}: {help:?}"
            );
        }
    }
}

#[test]
fn a_flag_of_another_program_is_answered_with_ours() {
    for (args, says) in [
        (&["serve", "--port", "9000"][..], "--listen 127.0.0.1:9000"),
        (&["serve", "--port=9000"], "--listen 127.0.0.1:9000"),
        (&["serve", "-p", "9000"], "--listen 127.0.0.1:9000"),
        (&["serve", "--host", "0.0.0.0"], "--listen 127.0.0.1:9000"),
        (&["worker", "--verbose"], "--rust-log debug"),
        (&["migrate", "--db", "x"], "--database-url"),
        (&["serve", "--lisen", "127.0.0.1:1"], "--listen"),
        (&["serve", "--listen"], "--listen"),
    ] {
        let ran = run(command(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(says) || ran.stderr.contains("LISTEN"), "{args:?}: {ran:?}");
    }
}

#[test]
fn a_commands_help_shows_its_own_settings() {
    for (args, shown, hidden, most) in [
        (&["openapi"][..], &[][..], &["--listen", "--database-url", "--rust-log"][..], 12),
        (&["verify"], &["--database-url", "--data-dir", "--storage-url"], &["--listen", "--smtp-url"], 70),
        (&["user", "add"], &["--database-url", "--public-url"], &["--smtp-url", "--export-max-rows"], 75),
        (&["token", "create"], &["--database-url"], &["--smtp-url", "--data-dir"], 70),
        (&["mail", "preview"], &["--mail-templates", "--currency"], &["--database-url", "--smtp-url"], 45),
        (&["backup"], &["--database-url"], &["--listen", "--currency"], 60),
        (&["worker"], &["--smtp-url", "--storage-url"], &["--listen", "--tls-cert"], 170),
        (&["serve"], &["--listen", "--smtp-url", "--metrics-token", "--currency"], &[], 260),
    ] {
        let help = run(command(&[args, &["--help"]].concat())).well();
        for flag in shown {
            assert!(help.contains(flag), "{args:?} has {flag}: {help}");
        }
        for flag in hidden {
            assert!(!help.contains(flag), "{args:?} has nothing to do with {flag}: {help}");
        }
        assert!(help.lines().count() <= most, "{args:?}: {} lines", help.lines().count());
    }
    // Hidden is not refused: one environment serves all commands.
    run(command(&["openapi", "--listen", "127.0.0.1:1"])).well();
}

#[tokio::test]
async fn links_follow_the_address_on_loopback() {
    let program = Program::on_a_migrated_database().await;
    program.run(&["user", "add", "--email", "rita@example.com", "--role", "admin"]).well();
    let token = program.run(&["token", "create", "--user", "rita@example.com"]).well();
    let source = |address: &str| {
        let headers = format!("authorization: Bearer {}\r\n", token.trim_end());
        let name = format!("Roofing {address}");
        let (status, niche) = post(address, "/api/v1/admin/niches", &headers, &json!({ "name": name })).unwrap();
        assert_eq!(status, 201, "{niche}");
        let niche: serde_json::Value = serde_json::from_str(&niche).unwrap();
        let source = json!({ "name": "Form", "niche_id": niche["id"], "format": "json" });
        post(address, "/api/v1/admin/sources", &headers, &source).unwrap().1
    };
    let mut serving = program.serves(&["--listen", "localhost:0"]);
    let address = serving.address();
    let port = address.rsplit(':').next().unwrap();
    let made = source(&address);
    assert!(made.contains(&format!("http://localhost:{port}/api/v1/intake/")), "{made}");
    assert_eq!(serving.ends_on_sigterm(), Some(0));

    let mut serving = program.serves(&["--public-url", "https://Leads.Example.com/"]);
    let made = source(&serving.address());
    assert!(made.contains("https://leads.example.com/api/v1/intake/"), "{made}");
    assert_eq!(serving.ends_on_sigterm(), Some(0));

    let link =
        program.run(&["user", "add", "--email", "sam@example.com", "--role", "admin", "--listen", "127.0.0.1:9000"]);
    assert!(link.stderr.contains("PUBLIC_URL is not set"), "{link:?}");
    assert!(link.well().starts_with("http://localhost:9000/sign-in/link"));
}

#[tokio::test]
async fn links_that_lead_nowhere_are_warned_of() {
    let program = Program::on_a_migrated_database().await;
    let mut command = program.command(&["serve", "--listen", "0.0.0.0:0"]);
    command.env("RUST_LOG", "info").env("LOG_FORMAT", "json");
    let mut serving = Running::start(command);
    let warned = serving.hears(|line| line.contains("PUBLIC_URL is not set").then(|| line.to_owned()));
    let address = serving.address();
    let port = address.rsplit(':').next().unwrap();
    assert!(warned.contains(&format!("http://localhost:{port},")), "{warned}");
    assert_eq!(serving.ends_on_sigterm(), Some(0));
}
