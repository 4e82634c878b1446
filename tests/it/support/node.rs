//! Another node on the database of an app under test: its own router, its own threads, its own memory.

use leadhouse::app::{App, Keys};
use leadhouse::http::limits::Limits;
use leadhouse::limit::{Limiter, Pace, Redis};
use leadhouse::server;

use super::app::{Door, TestApp, settings};
use super::client::Client;
use super::people::Provider;

pub struct Node {
    pub app: App,
    door: Door,
}

impl Node {
    /// One that counts requests in this Redis.
    pub async fn beside(app: &TestApp, redis_url: &str, pace: Pace) -> Self {
        let server = redis::IntoConnectionInfo::into_connection_info(redis_url).expect("a Redis URL");
        let mut settings = settings(app.database_url(), &["--rate-limits", "on"]);
        app.data().clone_into(&mut settings.data_dir);
        let node = App::start(settings, app.clock.clone()).await.expect("the node starts");
        let redis = Redis::start(server, &node.seals.tag("limits", b""), pace).expect("a connection of this kind");
        let node =
            App::from(Keys { limits: Limits::new(Limiter::Redis(redis), node.clock.clone()), ..Keys::clone(&node) });
        Self { door: Door::of(server::router(node.clone())), app: node }
    }

    /// The same caller at this node's door.
    pub fn of(&self, client: &Client) -> Client {
        Client { door: self.door.clone(), token: client.token.clone() }
    }

    /// The same provider at this node's door.
    pub fn meets(&self, provider: &Provider) -> Provider {
        Provider { client: self.of(provider), ..provider.clone() }
    }
}
