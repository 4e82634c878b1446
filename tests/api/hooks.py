"""What the document says in words alone, kept by the calls that schemathesis takes for right: cursors are our own, a key is
for one request, amounts have the currency's decimals, zones have names, what is named exists, and some fields belong together."""

import os
import unicodedata
from datetime import datetime, timezone

import schemathesis


def read_alike(prefix):
    return "".join(c for c in unicodedata.normalize("NFKC", prefix).upper() if c.isalnum())


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query, body = case.query, case.body
    if query:
        query.pop("cursor", None)
        if "page" in query:
            query["page"] = min(int(query["page"]), 10_000 // int(query.get("limit", 25)))
        if query.get("date_from") and query.get("date_to"):
            query.pop("date_to")
    if case.headers and not case.operation.path.endswith("/credits"):
        case.headers.pop("Idempotency-Key", None)
    elif case.headers:
        case.headers["Idempotency-Key"] = f"once-{case.id}"
    if not isinstance(body, dict):
        return
    for name in ("amount", "price", "monthly_budget"):
        if isinstance(body.get(name), float):
            body[name] = max(round(body[name], 2), 0.01)
    if body.get("timezone"):
        body["timezone"] = "America/Denver"
    if case.operation.path.endswith("/notification-preferences"):
        body["quiet_from"] = body["quiet_until"] = None
    if isinstance(body.get("filters"), dict):
        body["filters"].pop("date_to", None)
    if case.operation.path.endswith("/attempts"):
        body["at"] = datetime.now(timezone.utc).isoformat()
    if "/sources" in case.operation.path:
        body.pop("secret", None)
    if isinstance(body.get("postal_prefixes"), list):
        # Two that are read alike are one: case, dashes and what cannot be seen make no difference.
        body["postal_prefixes"] = list({read_alike(prefix): prefix for prefix in body["postal_prefixes"]}.values())
    for name, known in (("niche_id", "NICHE"), ("competition_level_id", "LEVEL")):
        if name in body:
            body[name] = os.environ[known]
    if case.operation.path.endswith("/leads/bulk"):
        if body.get("action") == "accept":
            body.pop("rejection_reason", None)
            body.pop("rejection_code", None)
        elif not body.get("rejection_reason"):
            body["rejection_reason"] = "The number is not in service"
