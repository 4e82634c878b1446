//! Guessing: slow for whoever does it, and never a lock that a stranger turns on somebody else.

use std::time::Duration;

use axum::http::Method;

use leadhouse::accounts::{self, Credentials};
use leadhouse::config::parse_database_url;
use leadhouse::db::{Db, Lane, Tx, Unit, params};
use leadhouse::error::Error;
use uuid::Uuid;

use crate::support::{Browser, TestApp, database};

const PASSWORD: &str = "correct horse battery";
const EMAIL: &str = "rita@roofs.example";
/// Each address is somebody: the tests themselves are the proxy.
const FLAGS: &[&str] = &["--rate-limits", "on", "--trusted-proxies", "127.0.0.1"];
const ELSEWHERE: &str = "203.0.113.9";

async fn installation(flags: &'static [&'static str]) -> TestApp {
    let app = TestApp::with_flags(flags).await;
    let rita = app.provider("rita").await;
    app.person_of(&rita, EMAIL, Some(PASSWORD)).await;
    app
}

/// A browser at this address, on the sign-in page.
async fn at(app: &TestApp, address: &str) -> Browser {
    let mut browser = app.browser().from(address);
    browser.opens("/sign-in").await.expect(200);
    browser
}

/// What a password of hers is compared with.
async fn credentials(app: &TestApp) -> Credentials {
    app.read(|read| accounts::credentials(read, EMAIL)).await.expect("a person")
}

/// Another process on the same database.
async fn another_node(app: &TestApp) -> Db {
    let url = parse_database_url(app.database_url()).expect("a URL");
    Db::open(&url, &app.clock, database::options(&url)).await.expect("a database")
}

async fn tries(browser: &Browser, email: &str, password: &str) -> u16 {
    browser.posting("/sign-in", &[("email", email), ("password", password)]).await.status
}

async fn asks(browser: &Browser, email: &str) -> u16 {
    browser.posting("/sign-in", &[("email", email), ("by", "link")]).await.status
}

#[tokio::test]
async fn a_hundred_wrong_ones_from_one_address_lock_nobody_out_elsewhere() {
    let app = installation(FLAGS).await;
    let guesser = at(&app, "198.51.100.1").await;
    let mut told = Vec::new();
    for _ in 0..100 {
        told.push(tries(&guesser, EMAIL, "password1").await);
    }
    assert_eq!(told.iter().filter(|status| **status == 401).count(), 10, "{told:?}");
    assert_eq!(told.iter().filter(|status| **status == 429).count(), 90, "{told:?}");
    assert_eq!(tries(&guesser, EMAIL, PASSWORD).await, 429, "not even the right one, from there");
    assert_eq!(tries(&at(&app, ELSEWHERE).await, EMAIL, PASSWORD).await, 303);
    // Nor does it help to come from the same network of IPv6, or to write the address otherwise.
    let guesser = at(&app, "2001:db8::1").await;
    for _ in 0..10 {
        tries(&guesser, EMAIL, "password1").await;
    }
    assert_eq!(tries(&at(&app, "2001:db8::2").await, "RITA@roofs.example", "password1").await, 429);
    assert_eq!(tries(&at(&app, "2001:db8:0:1::1").await, EMAIL, PASSWORD).await, 303);
}

#[tokio::test]
async fn one_wrong_one_from_each_of_a_hundred_addresses_is_slowed_down_and_the_owner_gets_in() {
    let app = installation(FLAGS).await;
    let mut told = Vec::new();
    for n in 0..100 {
        let guesser = at(&app, &format!("198.51.100.{n}")).await;
        told.push(tries(&guesser, EMAIL, "password1").await);
    }
    assert_eq!(told.iter().filter(|status| **status == 401).count(), 30, "{told:?}");
    // Now each address has two tries.
    let guesser = at(&app, "198.51.100.200").await;
    for _ in 0..2 {
        assert_eq!(tries(&guesser, EMAIL, "password2").await, 429);
    }
    assert_eq!(tries(&guesser, EMAIL, PASSWORD).await, 429);
    let owner = at(&app, ELSEWHERE).await;
    assert_eq!(tries(&owner, EMAIL, "correct hrose battery").await, 429, "a slip");
    assert_eq!(tries(&owner, EMAIL, PASSWORD).await, 303);
    // Another account is not guessed at, and an address that is nobody's is told the same.
    let nobody = at(&app, "203.0.113.10").await;
    assert_eq!(tries(&nobody, "nora@roofs.example", "password1").await, 401);
    app.advance(Duration::from_mins(1));
    assert_eq!(tries(&at(&app, "198.51.100.201").await, EMAIL, "password1").await, 401);
}

#[tokio::test]
async fn an_account_that_is_none_is_counted_alike() {
    let app = installation(FLAGS).await;
    let mut both = Vec::new();
    for email in [EMAIL, "nora@roofs.example"] {
        let mut told = Vec::new();
        for n in 0..40 {
            let guesser = at(&app, &format!("198.51.100.{n}")).await;
            told.push(tries(&guesser, email, "password1").await);
        }
        let one = at(&app, "198.51.100.99").await;
        for _ in 0..12 {
            told.push(tries(&one, email, "password1").await);
        }
        for _ in 0..5 {
            told.push(asks(&one, email).await);
        }
        both.push(told);
        app.advance(Duration::from_mins(1));
    }
    assert_eq!(both[0], both[1]);
}

#[tokio::test]
async fn links_that_a_stranger_asks_for_keep_none_from_the_owner() {
    let app = installation(FLAGS).await;
    let stranger = at(&app, "198.51.100.1").await;
    for status in [200, 200, 200, 429, 429] {
        assert_eq!(asks(&stranger, EMAIL).await, status);
    }
    // From many addresses: the owner's mails stay few, and each holds a link that works.
    for n in 2..30 {
        asks(&at(&app, &format!("198.51.100.{n}")).await, EMAIL).await;
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 3);
    assert_eq!(asks(&at(&app, ELSEWHERE).await, EMAIL).await, 200);
    app.run_jobs().await;
    let mail = app.mails().pop().expect("a mail");
    let path =
        mail.text.split_whitespace().find_map(|word| word.strip_prefix("http://localhost:8080")).expect("a link");
    let mut owner = app.browser().from(ELSEWHERE);
    owner.opens(path).await.expect(200);
    owner.sends("/sign-in/link", &[("token", path.split_once("token=").expect("a token").1)]).await.expect(200);
    assert_eq!(owner.at, "/leads");
    // A minute later there are more.
    app.advance(Duration::from_mins(1));
    assert_eq!(asks(&at(&app, ELSEWHERE).await, EMAIL).await, 200);
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 4);
}

#[tokio::test]
async fn a_forwarded_address_counts_from_a_trusted_proxy_only() {
    let app = installation(&["--rate-limits", "on"]).await;
    let mut told = Vec::new();
    for n in 0..12 {
        told.push(tries(&at(&app, &format!("198.51.100.{n}")).await, EMAIL, "password1").await);
    }
    assert_eq!(told[9..], [401, 429, 429]);
}

/// What is written for an address that is somebody's is written for one that is nobody's.
#[tokio::test]
async fn asking_for_a_link_is_the_same_work_for_everybody() {
    let app = installation(&[]).await;
    let work = async |email: &str| {
        let count = async || {
            let both = "SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM mails)";
            app.read(move |read| read.one::<(i64, i64)>(both, params![])).await
        };
        let before = count().await;
        let answer = app.browser().signs_in(email, "").await.expect(200);
        let after = count().await;
        (after.0 - before.0, after.1 - before.1, answer.text.len())
    };
    assert_eq!(work(EMAIL).await, work("nora@roofs.example").await);
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 1);
    let jobs = app.operator().get("/api/v1/admin/jobs?kind=accounts.mail_link").await.expect(200);
    assert!(!jobs.text.contains('@'), "a job keeps nobody's address: {jobs:?}");
}

#[tokio::test]
async fn a_new_password_is_no_reason_for_the_old_ones_sessions() {
    let app = installation(&[]).await;
    let mut owner = app.enters(EMAIL).await;
    owner.opens("/account").await.expect(200);
    let link = app.link_of(EMAIL).await;
    let old = at(&app, ELSEWHERE).await;
    // Its password has been looked at, and its session not yet begun.
    let found = credentials(&app).await;
    let new = [("current_password", PASSWORD), ("new_password", "a new and longer sentence")];
    owner.sends("/account/password", &new).await.expect(200);
    let late = accounts::sign_in_by_password(found, "late".to_owned());
    assert!(app.runs(late).await.expect("a unit").is_none());
    assert_eq!(tries(&old, EMAIL, PASSWORD).await, 401);
    app.browser().opens(format!("/sign-in/link?token={link}")).await.expect(400);
    assert!(owner.call(Method::GET, "/leads").await.status == 200);
}

/// Sign-ins with the old password, by the dozen, while the password changes: whichever comes first, none is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sign_ins_in_flight_none_outlives_the_password() {
    let app = installation(&[]).await;
    let mut owner = app.enters(EMAIL).await;
    owner.opens("/account").await.expect(200);
    let shown = credentials(&app).await;
    let link = app.link_of(EMAIL).await;
    let other = another_node(&app).await;
    let begun = (0..24).map(|n| {
        let (db, shown) = (if n % 2 == 0 { app.app.db.clone() } else { other.clone() }, shown.clone());
        let (lane, unit) = (Lane::of(Uuid::from_u128(n)), accounts::sign_in_by_password(shown, "in flight".to_owned()));
        tokio::spawn(async move { db.write(lane, move |tx| unit.run(tx)).await })
    });
    let begun: Vec<_> = begun.collect();
    let by_link = {
        let (db, link) = (other.clone(), link.clone());
        let lane = Lane::of(Uuid::from_u128(99));
        let unit = accounts::sign_in_by_link(link, "late".to_owned());
        tokio::spawn(async move { db.write(lane, move |tx| unit.run(tx)).await.map(drop) })
    };
    let new = [("current_password", PASSWORD), ("new_password", "a new and longer sentence")];
    owner.sends("/account/password", &new).await.expect(200);
    for sign_in in begun {
        sign_in.await.expect("no panic").expect("a unit");
    }
    by_link.await.expect("no panic").expect("a unit");
    let user = shown.id;
    let alive = app.read(move |read| accounts::sessions_of(read, user)).await;
    assert_eq!(alive.len(), 1, "the one that it was changed in: {alive:?}");
    other.close().await;
}

#[tokio::test]
async fn what_a_session_had_begun_ends_with_it() {
    let app = installation(&[]).await;
    let mut owner = app.enters(EMAIL).await;
    let session = owner.clone();
    let user = credentials(&app).await.id;
    let ended = app.read(move |read| accounts::sessions_of(read, user)).await.remove(0).id;
    owner.opens("/account").await.expect(200);
    owner.sends("/account/sign-out-everywhere", &[]).await.expect(200);
    // A form of it that passed the door before: it makes no token and no password.
    let hold = move |tx: &mut Tx| accounts::hold_session(tx, user, ended).map(drop);
    assert!(matches!(app.write(hold).await, Err(Error::Unauthenticated)));
    assert_eq!(session.call(Method::GET, "/account").await.status, 303);
}

/// Her own browser, in which she has been signed in before, and now is not.
async fn known_browser(app: &TestApp, address: &str) -> Browser {
    let mut owner = at(app, address).await;
    owner.sends("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.expect(200);
    assert_eq!(owner.at, "/leads");
    owner.opens("/account").await.expect(200);
    owner.sends("/sign-out", &[]).await.expect(200);
    owner
}

#[tokio::test]
async fn a_stranger_at_the_owners_own_address_uses_up_nothing_of_hers() {
    let app = installation(FLAGS).await;
    let mut owner = known_browser(&app, ELSEWHERE).await;
    let stranger = at(&app, ELSEWHERE).await;
    for _ in 0..40 {
        tries(&stranger, EMAIL, "password1").await;
        tries(&stranger, "nora@roofs.example", "password1").await;
        asks(&stranger, EMAIL).await;
    }
    assert_eq!((tries(&stranger, EMAIL, PASSWORD).await, asks(&stranger, EMAIL).await), (429, 429));
    // From everywhere else, too.
    for n in 0..40 {
        tries(&at(&app, &format!("198.51.100.{n}")).await, EMAIL, "password1").await;
    }
    assert_eq!(asks(&owner, EMAIL).await, 200);
    assert_eq!(tries(&owner, EMAIL, "correct hrose battery").await, 401, "a slip, and it is said that it is one");
    // Her browser is known as hers alone.
    assert_eq!(tries(&owner, "nora@roofs.example", "password1").await, 429);
    let cookie = owner.cookies.get("__Host-lh_browser").expect("it is known").clone();
    let mut thief = at(&app, "192.0.2.1").await;
    thief.cookies.insert("__Host-lh_browser".to_owned(), format!("{cookie}x"));
    for _ in 0..2 {
        assert_eq!(tries(&thief, EMAIL, "password1").await, 429, "damaged, it counts for nothing");
    }
    // And is no key: taken along, it has ten tries like any address, which are its own.
    thief.cookies.insert("__Host-lh_browser".to_owned(), cookie);
    let mut told = Vec::new();
    for _ in 0..12 {
        told.push(tries(&thief, EMAIL, "password1").await);
    }
    assert_eq!((told[8], told[9], told[11]), (401, 429, 429), "{told:?}");
    app.advance(Duration::from_mins(1));
    owner.sends("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.expect(200);
    assert_eq!(owner.at, "/leads");
}

#[tokio::test]
async fn who_guesses_passwords_takes_no_links_away_nor_the_other_way_round() {
    let app = installation(FLAGS).await;
    let stranger = at(&app, ELSEWHERE).await;
    for n in 0..40 {
        tries(&stranger, &format!("somebody{n}@roofs.example"), "password1").await;
    }
    let owner = at(&app, ELSEWHERE).await;
    assert_eq!((tries(&owner, EMAIL, PASSWORD).await, asks(&owner, EMAIL).await), (429, 200));
    app.advance(Duration::from_mins(1));
    for n in 0..40 {
        asks(&stranger, &format!("somebody{n}@roofs.example")).await;
    }
    assert_eq!((asks(&owner, EMAIL).await, tries(&owner, EMAIL, PASSWORD).await), (429, 303));
}
