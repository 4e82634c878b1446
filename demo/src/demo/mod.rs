//! `leadhouse demo`: the whole system on an embedded database, with sixty believable days behind it.

mod alive;
mod cast;
mod files;
mod keys;
mod people;
mod post;
mod review;
mod story;
mod trade;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use leadhouse::accounts::{self, password};
use leadhouse::app::App;
use leadhouse::cli::signals::Shutdown;
use leadhouse::cli::{Failure, Outcome, print, say, serve, start};
use leadhouse::config::{Settings, parse_duration};
use leadhouse::db::{Lane, Tx, Unit};
use leadhouse::error::{Error, Result};
use leadhouse::server;

use cast::BEFORE;
use keys::{Entrance, Keys, ProviderEntrance};
use story::{SPAN, Story};

/// The same people and the same leads each time, but for the days they fall on.
const SEED: u64 = 20_261_124;
/// However often it is wished for.
const SOONEST: Duration = Duration::from_secs(1);

/// The flags of `leadhouse demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the demo's database and of demo.json
    #[arg(long, default_value = "./leadhouse-demo")]
    data: PathBuf,

    /// No new leads come in by themselves
    #[arg(long)]
    still: bool,

    /// About how often a new lead comes in
    #[arg(long, default_value = "30s", value_parser = parse_duration, conflicts_with = "still")]
    every: Duration,
}

/// Whether the help shows a setting: the demo has its own database and folder.
pub fn shows(setting: &str) -> bool {
    !["database_url", "data_dir", "storage_url"].contains(&setting)
}

/// Fills the database where it is empty, and serves until told to stop.
pub async fn run(settings: Settings, args: Args) -> Outcome {
    // The folder that its own will be in is not there yet.
    let settings = Settings { database_url: "sqlite://leadhouse.db".into(), data_dir: args.data.clone(), ..settings };
    server::tls(&settings).map_err(Failure::new)?;
    App::judge(&settings).map_err(|why| Failure::new(why.replacen("DATA_DIR", "--data", 1)))?;
    let listener = serve::bind(settings.listen).await?;
    let unusable = |error: std::io::Error| Failure::new(format!("--data {}: {error}", args.data.display()));
    let address = listener.local_addr().map_err(unusable)?;
    let database_url = format!("sqlite://{}", args.data.join("leadhouse.db").display()).into();
    let settings = Settings { database_url, public_url: public_url(&settings, address), ..settings };
    std::fs::create_dir_all(&args.data).map_err(unusable)?;
    let shutdown = Shutdown::listen()?;
    let app = start::serving(settings).await?;
    let secret = keys::secret(&app).await?;
    fill_once(&app, secret).await?;
    let keys = keys::keep(&app, secret, &args.data.join("demo.json")).await?;
    // Who reads no further than the first line has seen where to look.
    let provider = match keys.providers.first() {
        Some(provider) => link(&app, &keys, &provider.entrance.email).await?,
        None => None,
    };
    let links = [("A provider at work", provider), ("The operator", link(&app, &keys, &keys.admin.email).await?)];
    let _read = print(&guide(&keys, &links, &args.data.join("demo.json")));
    let looking = keys.providers.first().map(|provider| provider.id.clone());
    let living = async {
        let leads = async {
            if !args.still {
                alive::go_on(&app, args.every.max(SOONEST), looking, shutdown.clone()).await;
            }
        };
        tokio::join!(leads, alive::pay_in(&app, shutdown.clone()));
        std::future::pending::<()>().await;
    };
    tokio::select! {
        served = serve::until(&app, listener, true, shutdown.clone()) => served?,
        () = living => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Where people of this machine come in, unless somebody said otherwise.
fn public_url(settings: &Settings, address: std::net::SocketAddr) -> String {
    let scheme = if settings.tls_cert.is_some() { "https" } else { "http" };
    match address.ip() {
        _ if settings.given.public_url => settings.public_url.clone(),
        ip if ip.is_unspecified() => format!("{scheme}://localhost:{}", address.port()),
        _ => format!("{scheme}://{address}"),
    }
}

/// Fills an empty database, whole or not at all: a demo that was killed meanwhile begins anew.
async fn fill_once(app: &App, secret: [u8; 32]) -> Result<()> {
    if !app.db.read(|read| accounts::providers(read, None, 1)).await?.is_empty() {
        return Ok(());
    }
    say("Making sixty days of leads …");
    let hashes = tokio::task::spawn_blocking(move || hashes(&secret)).await.map_err(Error::internal)??;
    let now = app.clock.now();
    app.db
        .write_long(Lane::MONEY, move |tx: &mut Tx| {
            tx.pretend(now.minus(SPAN).minus(BEFORE));
            let cast = cast::assemble(tx, &hashes)?;
            let first = cast.players.first().map(|player| player.provider);
            Story::new(cast, SEED, now).tell(tx)?;
            first.map_or(Ok(()), |provider| files::ask(tx, provider, now))?;
            alive::top_up(tx)?;
            mailed(tx)
        })
        .await
}

/// What was mailed in the past has been read long ago.
fn mailed(tx: &mut Tx) -> Result<()> {
    tx.execute("UPDATE mails SET state = 'sent', sent_at = created_at, attempts = 1 WHERE state = 'queued'", &[])?;
    let jobs = "UPDATE jobs SET state = 'done', attempts = 1, finished_at = run_at
                 WHERE kind = 'outbox.send' AND state = 'queued'";
    tx.execute(jobs, &[])?;
    tx.execute("DELETE FROM jobs WHERE kind = 'outbox.send_all' AND state = 'queued'", &[]).map(drop)
}

fn hashes(secret: &[u8; 32]) -> Result<HashMap<&'static str, String>> {
    keys::addresses().map(|email| Ok((email, password::hash(&keys::password(secret, email)?, email)?))).collect()
}

/// A link that signs its first reader in as this person.
async fn link(app: &App, keys: &Keys, email: &str) -> Result<Option<String>> {
    let email = email.to_owned();
    let unit = move |tx: &mut Tx| {
        let user = accounts::user_by_email(tx, &email)?;
        user.map(|user| accounts::sign_in_link(user.id).run(tx).map(accounts::Secret::into_text)).transpose()
    };
    let token = app.db.write(Lane::MONEY, unit).await?;
    Ok(token.map(|token| format!("{}/sign-in/link?token={token}", keys.url)))
}

/// Where to look, and how to get in.
fn guide(keys: &Keys, links: &[(&str, Option<String>)], file: &Path) -> String {
    let Keys { url, admin, providers, sources } = keys;
    let open = |(who, link): &(&str, Option<String>)| Some(format!("{who}: open\n\n  {}\n\n", link.as_ref()?));
    let links: String = links.iter().filter_map(open).collect();
    let mut guide = format!(
        "Leadhouse is at {url}; its calls are described at {url}/docs. Ctrl-C ends it; started again, it goes on.\n\n\
         {links}Back office   {} · password {}\n              token {}\n",
        admin.email, admin.password, admin.token
    );
    let mut add = |text: String| guide.push_str(&text);
    if let Some(ProviderEntrance { name, entrance: Entrance { email, password, token }, .. }) = providers.first() {
        add(format!(
            "A provider    {email} · password {password}\n              token {token} ({name})\n\nIts inbox:\n\n  \
             curl -H 'Authorization: Bearer {token}' '{url}/api/v1/provider/leads?limit=3'\n"
        ));
    }
    if let Some(source) = sources.iter().find(|source| source.format == "json") {
        add(format!(
            "\nA new lead for it ({}):\n\n  curl -H 'Content-Type: application/json' -d '{LEAD}' {}\n",
            source.name, source.url
        ));
    }
    add(format!(
        "\nWho got it, and why:\n\n  curl -H 'Authorization: Bearer {}' '{url}/api/v1/admin/leads?limit=1'\n\n\
         All {} providers and {} sources, with passwords, tokens and keys: {}\n",
        admin.token,
        providers.len(),
        sources.len(),
        file.display()
    ));
    guide
}

/// Somebody in Denver whose roof leaks.
const LEAD: &str = r#"{"contact_name":"Ada Park","contact_phone":"303-555-0142","postal_code":"80203","form_data":{"project_type":"Repair a leak"}}"#;
