//! The process's metrics. The `metrics` crate knows one recorder a process, so this is the one thing that all apps of a
//! process (tests have many) share.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::{MissedTickBehavior, interval};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

const SECONDS: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];
/// How often the samples of histograms are counted into their buckets; until then each is kept.
const UPKEEP: Duration = Duration::from_secs(5);
const SIZES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0];

/// Starts to record, the first time; what renders it. Before anything that makes meters.
pub fn install() -> PrometheusHandle {
    let handle = HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .and_then(|builder| builder.set_buckets(SIZES));
        // The one error is of empty buckets.
        let recorder = builder.unwrap_or_default().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!(target: "leadhouse::http::meters", "another metrics recorder is in place; /metrics stays empty");
        }
        handle
    });
    handle.clone()
}

/// Keeps the memory of histograms small for as long as the runtime lives, whether anyone reads `/metrics` or not.
pub fn keep_up(handle: PrometheusHandle) {
    tokio::spawn(async move {
        let mut tick = interval(UPKEEP);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            handle.run_upkeep();
        }
    });
}
