//! The app under test: the real router and the real units of work, in process.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use clap::Parser;
use leadhouse::app::{App, Keys};
use leadhouse::audit::Actor;
use leadhouse::clock::Clock;
use leadhouse::config::{DatabaseUrl, Settings};
use leadhouse::db::{Db, Lane, Read, Tx, Unit, params};
use leadhouse::error::Result;
use leadhouse::files::Files;
use leadhouse::mail::{Failed, Mailer, Memory};
use leadhouse::{accounts, cli, email, server, worker};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tower::ServiceExt;

use super::answer::Answer;
use super::client::Client;
use super::database::{self, Place};
use super::letter::Letter;
use super::people::{NewProvider, Sent};
use super::source::Source;

/// The router, shared by all clients of one app.
#[derive(Clone)]
pub struct Door(Router);

impl Door {
    pub fn of(router: Router) -> Self {
        Self(router)
    }

    pub async fn knock(self, request: Request<Body>) -> Answer {
        Answer::read(self.open(request).await).await
    }

    /// The answer, whose body is yet to come.
    pub async fn open(self, request: Request<Body>) -> Response<Body> {
        self.0.oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}

/// What a test wants otherwise than usual.
#[derive(Default)]
pub struct Options {
    /// Flags of the command line, as in `&["--rate-limits", "on"]`. Rate limits are off unless a test is about them.
    pub flags: &'static [&'static str],
    /// Where files go, if not into the app's own folder.
    pub files: Option<Files>,
}

/// An app of the test's own, on a fresh database, with a clock the test can move.
pub struct TestApp {
    /// Moves with `advance`; all parts of the app tell the time by it.
    pub clock: Clock,
    pub app: App,
    /// The operator's API token.
    pub admin_token: String,
    pub admin_id: String,
    door: Option<Door>,
    place: Option<Place>,
    data: tempfile::TempDir,
    database_url: String,
    /// Niches, levels and sources made so far, by name.
    made: Mutex<HashMap<String, String>>,
    sources: Mutex<HashMap<String, Source>>,
    people: Arc<AtomicU64>,
    /// Why the app may be left with dead jobs or broken invariants, where a test breaks them on purpose.
    mess: Mutex<Option<&'static str>>,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

/// Settings from flags alone, whatever the environment says.
pub fn settings(database_url: &str, flags: &[&str]) -> Settings {
    let usual = ["leadhouse", "--database-url", database_url];
    let quiet = if flags.contains(&"--rate-limits") { vec![] } else { vec!["--rate-limits", "off"] };
    Flags::parse_from(usual.iter().chain(&quiet).chain(flags)).settings
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// As `start`, with these flags.
    pub async fn with_flags(flags: &'static [&'static str]) -> Self {
        Self::with(Options { flags, files: None }).await
    }

    /// As `start`, with its files in this place.
    pub async fn with_files(files: Files) -> Self {
        Self::with(Options { flags: &[], files: Some(files) }).await
    }

    pub async fn with(options: Options) -> Self {
        let (url, place) = database::migrated().await;
        let database_url = match url {
            DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
            DatabaseUrl::Postgres(url) => url,
        };
        let clock = Clock::default();
        let data = tempfile::tempdir().expect("a folder for mails and files");
        let mut settings = settings(&database_url, options.flags);
        settings.data_dir = data.path().to_owned();
        let mut keys = Keys::clone(&*App::start(settings, clock.clone()).await.expect("the app starts"));
        if matches!(*keys.mailer, Mailer::File(_)) {
            keys.mailer = Arc::new(Mailer::Memory(Memory::default()));
        }
        if let Some(files) = options.files {
            keys.files = files;
        }
        let app = App::from(keys);
        let door = Door(server::router(app.clone()));
        let (admin_id, admin_token) = operator_of(&app).await;
        Self {
            clock,
            app,
            admin_token,
            admin_id,
            door: Some(door),
            place: Some(place),
            data,
            database_url,
            made: Mutex::default(),
            sources: Mutex::default(),
            people: Arc::default(),
            mess: Mutex::default(),
        }
    }

    /// Serves on with other settings, as after a restart; clients made before go on as they were.
    pub async fn restarts_with(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(&self.app.config);
        change(&mut settings);
        let app = App::from(Keys { config: Arc::new(settings), ..Keys::clone(&self.app) });
        self.app = app.with_its_return_window().await.expect("its settings are kept");
        self.door = Some(Door(server::router(self.app.clone())));
    }

    /// The operator: an admin with a token.
    pub fn operator(&self) -> Client {
        Client { token: Some(self.admin_token.clone()), ..self.nobody() }
    }

    /// The operator at another node, which goes its own way to the database.
    pub fn operator_at(&self, db: Db) -> Client {
        let door = Door(server::router(App::from(Keys { db, ..Keys::clone(&self.app) })));
        Client { door, ..self.operator() }
    }

    /// A caller without identity.
    pub fn nobody(&self) -> Client {
        Client { door: self.door.clone().expect("the app is open"), token: None }
    }

    /// A caller with this token, whatever it is.
    pub fn bearer(&self, token: &str) -> Client {
        Client { token: Some(token.to_owned()), ..self.nobody() }
    }

    /// A provider about to come; see [`NewProvider`].
    pub fn provider(&self, name: &str) -> NewProvider<'_> {
        NewProvider::new(self, name)
    }

    /// The id of the niche of this name; made when it is first asked for.
    pub async fn niche(&self, name: &str) -> String {
        self.made("/api/v1/admin/niches", json!({ "name": name })).await
    }

    /// The id of the competition level of this name; made, with this maximum, when it is first asked for.
    pub async fn level(&self, name: &str, max_providers: u32) -> String {
        self.made("/api/v1/admin/competition-levels", json!({ "name": name, "max_providers": max_providers })).await
    }

    async fn made(&self, path: &str, body: Value) -> String {
        let mut made = self.made.lock().await;
        let key = format!("{path} {}", body["name"]);
        if let Some(id) = made.get(&key) {
            return id.clone();
        }
        let id = self.operator().post(path, &body).await.expect(201).str("id");
        made.insert(key, id.clone());
        id
    }

    /// The `json` source of a niche (by id); made when it is first asked for.
    pub async fn source_of(&self, niche: &str) -> Source {
        let mut sources = self.sources.lock().await;
        if let Some(source) = sources.get(niche) {
            return source.clone();
        }
        let source = self.new_source(niche, "json", json!({})).await;
        sources.insert(niche.to_owned(), source.clone());
        source
    }

    /// A new source of a niche (by id), in any format; `members` go on top.
    pub async fn new_source(&self, niche: &str, format: &str, members: Value) -> Source {
        let mut body = json!({ "name": format!("{format} source"), "niche_id": niche, "format": format });
        if let (Value::Object(members), Some(of_source)) = (members, body.as_object_mut()) {
            of_source.extend(members);
        }
        let made = self.operator().post("/api/v1/admin/sources", &body).await.expect(201);
        Source {
            client: self.nobody(),
            id: made.str("id"),
            key: made.str("key"),
            secret: made.json()["secret"].as_str().map(str::to_owned),
            admin_token: self.admin_token.clone(),
            people: self.people.clone(),
        }
    }

    /// Puts money on a provider's account.
    pub async fn credits(&self, provider: &str, amount: f64) -> Answer {
        let path = format!("/api/v1/admin/providers/{provider}/credits");
        let key = leadhouse::id::new_uuid(self.clock.now()).to_string();
        self.operator().post(path, &json!({ "amount": amount })).once(&key).await
    }

    /// Subscribes a provider; `terms` hold the price and what else there is. The subscription's id.
    pub async fn subscribes(&self, provider: &str, niche: &str, level: &str, mut terms: Value) -> String {
        terms["niche_id"] = json!(niche);
        terms["competition_level_id"] = json!(level);
        let path = format!("/api/v1/admin/providers/{provider}/subscriptions");
        self.operator().post(path, &terms).await.expect(201).str("id")
    }

    /// The actions on record for one entity, oldest first: an assignment's for a [`Sent`] lead, else the id's own.
    pub async fn audit_of(&self, of: impl Into<Subject>) -> Vec<String> {
        let entries = self.audit_entries(of).await;
        entries.iter().map(|e| e["action"].as_str().expect("an action").to_owned()).collect()
    }

    /// The same, whole.
    pub async fn audit_entries(&self, of: impl Into<Subject>) -> Vec<Value> {
        let path = format!("/api/v1/admin/audit?limit=100&entity_id={}", of.into().0);
        let mut entries = self.operator().get(path).await.expect(200).items();
        entries.reverse();
        entries
    }

    /// The provider's ledger, oldest first: (kind, amount, balance after).
    pub async fn ledger_of(&self, provider: &str) -> Vec<(String, f64, f64)> {
        let path = format!("/api/v1/admin/providers/{provider}/ledger?limit=100");
        let mut entries = self.operator().get(path).await.expect(200).items();
        entries.reverse();
        let entry = |e: &Value| {
            let number = |name: &str| e[name].as_f64().unwrap_or_else(|| panic!("{name} of {e}"));
            (e["kind"].as_str().expect("a kind").to_owned(), number("amount"), number("balance_after"))
        };
        entries.iter().map(entry).collect()
    }

    /// The mails that were sent, oldest first, as they went over the wire.
    pub fn mails(&self) -> Vec<Letter> {
        let Mailer::Memory(memory) = &*self.app.mailer else { panic!("mails go elsewhere") };
        memory.kept().into_iter().map(Letter::of).collect()
    }

    /// From now on the mail server answers like this.
    pub fn mails_fail(&self, failure: Option<Failed>) {
        let Mailer::Memory(memory) = &*self.app.mailer else { panic!("mails go elsewhere") };
        memory.refuse(failure);
    }

    /// From now on mails go there.
    pub fn mails_go_to(&mut self, mailer: Mailer) {
        self.app = App::from(Keys { mailer: Arc::new(mailer), ..Keys::clone(&self.app) });
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Works every job that is due now, until none is.
    pub async fn run_jobs(&self) {
        worker::run_due(&self.app).await.expect("the jobs that are due run");
    }

    /// Reads the database directly, for what no call shows.
    pub async fn read<T: Send + 'static>(&self, unit: impl Fn(&mut Read) -> Result<T> + Send + 'static) -> T {
        self.app.db.read(unit).await.expect("the unit reads")
    }

    /// Writes the database directly, to break what the front door would not.
    pub async fn write<T: Send + 'static>(&self, unit: impl Fn(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.app.db.write(Lane::MONEY, unit).await
    }

    /// Runs a room's verb, as a door does.
    pub async fn runs<T: Send + 'static>(&self, verb: impl Unit<T>) -> Result<T> {
        self.app.db.run(verb).await
    }

    /// This test leaves dead jobs or broken invariants behind, and says why: the closing checks are left out.
    pub async fn leaves_a_mess(&self, why: &'static str) {
        *self.mess.lock().await = Some(why);
    }

    /// The folder that mails and files go to.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    pub fn database_url(&self) -> &str {
        &self.database_url
    }
}

/// An admin with a token: the operator is there before anybody can be asked.
async fn operator_of(app: &App) -> (String, String) {
    let made = |tx: &mut Tx| {
        let email = email::parse("operator@example.com").expect("an address");
        let new = accounts::NewUser { email, role: accounts::Role::Admin, password_hash: None };
        let user = accounts::add_user(Actor::System, new).run(tx)?;
        let owner = accounts::Owner::User(user);
        let (_, secret) = accounts::create_token(Actor::System, owner, "tests".to_owned()).run(tx)?;
        Ok((user.to_string(), secret.into_text()))
    };
    app.db.write(Lane::MONEY, made).await.expect("an operator")
}

/// What the audit is asked about: an id.
pub struct Subject(String);

impl From<&Sent> for Subject {
    fn from(sent: &Sent) -> Self {
        Self(sent.assignment.clone())
    }
}

impl From<&str> for Subject {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl From<&String> for Subject {
    fn from(id: &String) -> Self {
        Self(id.clone())
    }
}

/// What must be true when a test has ended. That no transaction was left open is asked when the database goes.
async fn closing_checks(app: &App) {
    worker::run_due(app).await.expect("the jobs that are due run");
    let left = app.db.read(move |read| {
        let now = read.now();
        let due = "SELECT kind FROM jobs WHERE state IN ('dead', 'running') OR (state = 'queued' AND run_at <= $1)";
        read.all::<(String,)>(due, params![now])
    });
    assert_eq!(left.await.expect("the jobs"), [], "jobs left due or dead");
    let broken = cli::verify::check(&app.db).await.expect("verify runs");
    assert!(broken.is_empty(), "verify finds: {broken:#?}");
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.door.take());
        let (app, place) = (self.app.clone(), self.place.take());
        let check = !std::thread::panicking() && self.mess.get_mut().is_none();
        // Drop cannot await, and the test's own runtime may be about to end.
        let closing = std::thread::Builder::new().spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            if check {
                runtime.block_on(closing_checks(&app));
            }
            runtime.block_on(app.db.clone().close());
            drop(place);
        });
        let closed = closing.expect("a thread").join();
        if let (Err(panic), false) = (closed, std::thread::panicking()) {
            std::panic::resume_unwind(panic);
        }
    }
}
