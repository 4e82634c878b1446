//! People: what each may is known.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 1] = [Invariant::sql(
    "everybody's role is known, and who acts for a provider has one",
    "SELECT id, 'has the role ' || role FROM users
      WHERE NOT (role = 'admin' AND provider_id IS NULL OR role = 'provider' AND provider_id IS NOT NULL)",
)];
