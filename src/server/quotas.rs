//! How often each call may be made in a minute, by whoever is asking: one list for the API and the pages.

use crate::http::limits::Quotas;
use crate::limit::Quota;

static INBOX: Quota = Quota { name: "inbox", most: 100 };
static DETAIL: Quota = Quota { name: "detail", most: 200 };
static ACCEPT: Quota = Quota { name: "accept", most: 50 };
static REJECT: Quota = Quota { name: "reject", most: 50 };
/// Of up to 100 leads each.
static BULK: Quota = Quota { name: "bulk", most: 20 };
static PROVIDER: Quota = Quota { name: "provider", most: 100 };
static ADMIN: Quota = Quota { name: "admin", most: 600 };
static INTAKE: Quota = Quota { name: "intake", most: 6000 };

pub(super) static TABLE: Quotas = &[
    ("GET", "/api/v1/provider/leads", &INBOX),
    ("GET", "/api/v1/provider/leads/*", &DETAIL),
    ("POST", "/api/v1/provider/leads/*/accept", &ACCEPT),
    ("POST", "/api/v1/provider/leads/*/reject", &REJECT),
    ("POST", "/api/v1/provider/leads/bulk", &BULK),
    ("*", "/api/v1/provider/**", &PROVIDER),
    ("*", "/api/v1/admin/**", &ADMIN),
    ("*", "/api/v1/intake/**", &INTAKE),
    // The pages, which do the same.
    ("GET", "/leads", &INBOX),
    ("GET", "/leads/**", &DETAIL),
    ("POST", "/leads/*/accept", &ACCEPT),
    ("POST", "/leads/*/reject", &REJECT),
    ("*", "/leads/**", &PROVIDER),
    ("*", "/money", &PROVIDER),
    ("*", "/money/**", &PROVIDER),
    ("*", "/exports", &PROVIDER),
    ("POST", "/exports/*/again", &PROVIDER),
    ("POST", "/exports/*/cancel", &PROVIDER),
    ("GET", "/exports/*/download", &PROVIDER),
    ("*", "/preferences", &PROVIDER),
    ("*", "/account", &PROVIDER),
    ("*", "/account/**", &PROVIDER),
    ("*", "/admin", &ADMIN),
    ("*", "/admin/**", &ADMIN),
];

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::TABLE;
    use crate::http::limits::quota_of;

    #[test]
    fn every_call_has_its_quota() {
        for (method, route, quota) in [
            (Method::GET, "/api/v1/provider/leads", Some("inbox")),
            (Method::GET, "/api/v1/provider/leads/{lead_id}", Some("detail")),
            (Method::POST, "/api/v1/provider/leads/{lead_id}/accept", Some("accept")),
            (Method::POST, "/api/v1/provider/leads/{lead_id}/reject", Some("reject")),
            (Method::POST, "/api/v1/provider/leads/{lead_id}/undo", Some("provider")),
            (Method::POST, "/api/v1/provider/leads/bulk", Some("bulk")),
            (Method::GET, "/api/v1/provider/me", Some("provider")),
            (Method::PATCH, "/api/v1/provider/notification-preferences", Some("provider")),
            (Method::POST, "/api/v1/provider/leads/export", Some("provider")),
            (Method::GET, "/api/v1/admin/leads/{id}", Some("admin")),
            (Method::POST, "/api/v1/admin/providers/{id}/credits", Some("admin")),
            (Method::POST, "/api/v1/intake/{source_key}", Some("intake")),
            (Method::POST, "/api/v1/intake/{source_key}/preview", Some("intake")),
            (Method::GET, "/healthz", None),
            (Method::GET, "/openapi.json", None),
        ] {
            assert_eq!(quota_of(TABLE, &method, route).map(|q| q.name), quota, "{method} {route}");
        }
    }
}
