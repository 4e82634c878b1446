//! The queue: what is running has a lease, what has ended has an end.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 4] = [
    Invariant::sql(
        "a job's state, lease and end agree",
        "SELECT id, 'is ' || state FROM jobs
          WHERE state NOT IN ('queued', 'running', 'done', 'dead')
             OR (state = 'running') <> (lease_until IS NOT NULL)
             OR (state IN ('done', 'dead')) <> (finished_at IS NOT NULL)
             OR (state = 'dead' AND last_error IS NULL)",
    ),
    Invariant::sql(
        "a job is tried no more often than it may be",
        "SELECT id, 'was tried ' || CAST(attempts AS text) || ' times of ' || CAST(max_attempts AS text) FROM jobs
          WHERE attempts > max_attempts OR (state = 'queued' AND attempts >= max_attempts)",
    ),
    Invariant::sql(
        "the same work is queued once",
        "SELECT one.id, 'is queued beside another of its kind and key' FROM jobs AS one
           JOIN jobs AS other ON other.kind = one.kind AND other.dedup_key = one.dedup_key AND other.id > one.id
          WHERE one.state = 'queued' AND other.state = 'queued'",
    ),
    Invariant::sql(
        "an idempotency key's answer outlives its making",
        "SELECT principal_id, 'has a key that expired at once' FROM idempotency_keys WHERE expires_at <= created_at",
    ),
];
