//! One statement at least for each invariant, that breaks it.

/// What breaks an invariant, by the invariant's name: nothing guards the tables while it does.
pub const DAMAGE: &[(&str, &str)] = &[
    ("every lead's arrival is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.received'"),
    ("every lead's arrival is in the audit", "DELETE FROM leads"),
    ("every niche's making is in the audit", "DELETE FROM audit_entries WHERE action = 'niche.created'"),
    (
        "every niche's making is in the audit",
        "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE action = 'niche.created'",
    ),
    (
        "every competition level's making is in the audit",
        "DELETE FROM audit_entries WHERE action = 'competition_level.created'",
    ),
    ("every provider's making is in the audit", "DELETE FROM audit_entries WHERE action = 'provider.created'"),
    ("every subscription's making is in the audit", "DELETE FROM audit_entries WHERE action = 'subscription.created'"),
    ("every source's making is in the audit", "DELETE FROM audit_entries WHERE action = 'source.created'"),
    ("every user's making is in the audit", "DELETE FROM audit_entries WHERE action = 'user.created'"),
    ("every API token's making is in the audit", "DELETE FROM audit_entries WHERE action = 'token.created'"),
    ("every erasure is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.erased'"),
    ("every erasure is in the audit", "UPDATE leads SET erased_at = NULL"),
    ("every assignment is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.assigned'"),
    (
        "every assignment is in the audit",
        "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE action = 'lead.assigned'",
    ),
    ("every first view is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.viewed'"),
    ("every first view is in the audit", "UPDATE lead_assignments SET viewed_at = NULL"),
    (
        "every first view is in the audit",
        "UPDATE audit_entries SET created_at = (SELECT MIN(created_at) FROM audit_entries) WHERE action = 'lead.viewed'",
    ),
    ("everybody's role is known, and who acts for a provider has one", "UPDATE users SET role = 'janitor'"),
    ("everybody's role is known, and who acts for a provider has one", "UPDATE users SET role = 'provider'"),
    ("every acceptance is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.accepted'"),
    ("every acceptance is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.accept_undone'"),
    (
        "every acceptance is in the audit",
        "UPDATE audit_entries SET created_at = (SELECT MIN(created_at) FROM audit_entries) WHERE action = 'lead.accepted'",
    ),
    ("every rejection is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.reject_undone'"),
    ("every rejection is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.rejected'"),
    ("every refund is in the audit", "DELETE FROM audit_entries WHERE action = 'lead.refunded'"),
    (
        "the audit tells of assignments that are there, and of their own providers' doing",
        "UPDATE audit_entries SET actor_id = entity_id WHERE action = 'lead.accepted'",
    ),
    (
        "the audit tells of assignments that are there, and of their own providers' doing",
        "DELETE FROM lead_assignments",
    ),
    ("a balance is the sum of its entries", "UPDATE provider_accounts SET balance = balance + 1"),
    ("a balance is the sum of its entries", "DELETE FROM ledger_entries"),
    ("a balance is not below its floor", "UPDATE provider_accounts SET floor = balance + 1"),
    ("ledger entries are numbered from 1 without gaps", "UPDATE provider_accounts SET entries = entries + 1"),
    ("ledger entries are numbered from 1 without gaps", "UPDATE ledger_entries SET seq = seq + 1"),
    (
        "each ledger entry goes on from the balance before it",
        "UPDATE ledger_entries SET balance_after = balance_after + 1 WHERE seq = 2",
    ),
    ("a ledger entry has the sign of its kind", "UPDATE ledger_entries SET amount = -amount WHERE kind = 'refund'"),
    ("a ledger entry has the sign of its kind", "UPDATE ledger_entries SET assignment_id = id WHERE kind = 'credit'"),
    ("every provider has an account", "DELETE FROM provider_accounts"),
    ("an assignment is charged its price", "DELETE FROM ledger_entries WHERE kind = 'charge'"),
    ("an assignment is charged its price", "UPDATE lead_assignments SET price_charged = price_charged + 1"),
    ("an assignment is charged its price", "UPDATE ledger_entries SET provider_id = id WHERE kind = 'charge'"),
    ("a refunded assignment got its price back", "DELETE FROM ledger_entries WHERE kind = 'refund'"),
    ("a refunded assignment got its price back", "UPDATE ledger_entries SET amount = 1 WHERE kind = 'refund'"),
    ("money moves for an assignment that is there, and back for a refunded one", "DELETE FROM lead_assignments"),
    (
        "money moves for an assignment that is there, and back for a refunded one",
        "UPDATE lead_assignments SET status = 'rejected' WHERE status = 'refunded'",
    ),
    (
        "an assignment is charged once and refunded once",
        "INSERT INTO ledger_entries SELECT * FROM ledger_entries WHERE kind = 'refund'",
    ),
    (
        "each credit is in the audit, each credit of the audit in the ledger",
        "DELETE FROM audit_entries WHERE action = 'provider.credited'",
    ),
    (
        "an assignment's status and its decision agree",
        "UPDATE lead_assignments SET accepted_at = NULL WHERE status = 'accepted'",
    ),
    ("an assignment's status and its decision agree", "UPDATE lead_assignments SET status = 'sold'"),
    ("an assignment's status and its decision agree", "UPDATE lead_assignments SET rejection_reason = 'a reason'"),
    (
        "an assignment is made, seen, decided and refunded in this order",
        "UPDATE lead_assignments SET viewed_at = (SELECT MIN(created_at) FROM niches)",
    ),
    ("an assignment counts the decisions that were taken back", "UPDATE lead_assignments SET undone = undone + 1"),
    (
        "an assignment counts the decisions that were taken back",
        "DELETE FROM audit_entries WHERE action IN ('lead.accept_undone', 'lead.reject_undone')",
    ),
    ("an event is of an assignment that is there, and its provider's", "DELETE FROM lead_assignments"),
    (
        "an event is of an assignment that is there, and its provider's",
        "UPDATE lead_events SET provider_id = assignment_id",
    ),
    ("each assignment was announced by exactly one event", "INSERT INTO lead_events SELECT * FROM lead_events"),
    (
        "each assignment was announced by exactly one event",
        "UPDATE lead_events SET kind = 'changed' WHERE seq = (SELECT MAX(seq) FROM lead_events WHERE kind = 'assigned')",
    ),
    (
        "undecided, only an erased lead is refunded",
        "UPDATE lead_assignments SET rejected_at = NULL WHERE status = 'refunded'",
    ),
    (
        "an assignment froze a subscription's own provider, niche and level",
        "UPDATE lead_assignments SET competition_level_id = niche_id",
    ),
    (
        "a provider has a lead once",
        "INSERT INTO lead_assignments SELECT * FROM lead_assignments WHERE status = 'accepted'",
    ),
    (
        "a lead is sold at one level, no more often than the level allows",
        "UPDATE lead_assignments SET max_providers = 1",
    ),
    (
        "a lead is sold at one level, no more often than the level allows",
        "UPDATE lead_assignments SET competition_level_id = id",
    ),
    ("a lead is known again by what it holds", "UPDATE leads SET contact_email_lower = 'x' WHERE erased_at IS NULL"),
    ("a search finds an assignment by what its lead holds", "UPDATE lead_assignments SET search_text = 'x'"),
    ("a search finds an assignment by what its lead holds", "UPDATE lead_assignments SET search_bits_2 = 0"),
    ("a provider's tallies are the number of its assignments", "UPDATE assignment_counts SET n = n + 1"),
    ("a provider's tallies are the number of its assignments", "DELETE FROM assignment_counts WHERE tally = 'viewed'"),
    (
        "a return is of a rejected lead, and approved where the lead is refunded",
        "UPDATE returns SET state = 'approved' WHERE state = 'denied'",
    ),
    (
        "a return is of a rejected lead, and approved where the lead is refunded",
        "UPDATE returns SET provider_id = assignment_id",
    ),
    ("a return is of a rejected lead, and approved where the lead is refunded", "DELETE FROM lead_assignments"),
    ("a rejected lead is refunded by its return", "DELETE FROM returns"),
    ("a return's state and its decisions agree", "UPDATE returns SET decided_at = NULL"),
    ("a return's state and its decisions agree", "UPDATE returns SET rule = 'unreachable'"),
    ("a return's state and its decisions agree", "UPDATE returns SET first_denied_at = NULL"),
    (
        "a return is opened with the rejection, denied, appealed and decided in this order",
        "UPDATE returns SET opened_at = (SELECT MIN(created_at) FROM niches)",
    ),
    (
        "a return is opened with the rejection, denied, appealed and decided in this order",
        "UPDATE returns SET decided_at = opened_at WHERE appealed_at IS NOT NULL",
    ),
    (
        "every denial and every appeal of a return is in the audit",
        "DELETE FROM audit_entries WHERE action = 'lead.return_denied'",
    ),
    (
        "every denial and every appeal of a return is in the audit",
        "UPDATE audit_entries SET action = 'lead.return_appealed' WHERE action = 'lead.return_denied'",
    ),
    ("every decision on a return is told once", "DELETE FROM mails WHERE template = 'provider_return_decided'"),
    (
        "every decision on a return is told once",
        "INSERT INTO mails SELECT * FROM mails WHERE template = 'provider_return_decided'",
    ),
    (
        "an attempt to reach somebody is the lead's own provider's, and came after the lead",
        "UPDATE contact_attempts SET at = (SELECT MIN(created_at) FROM niches)",
    ),
    (
        "an attempt to reach somebody is the lead's own provider's, and came after the lead",
        "UPDATE contact_attempts SET provider_id = id",
    ),
    (
        "nothing that was written about an erased person is kept",
        "UPDATE lead_assignments SET rejection_reason = 'Bob moved away'",
    ),
    (
        "nothing that was written about an erased person is kept",
        "UPDATE leads SET erased_at = received_at WHERE id IN
           (SELECT a.lead_id FROM lead_assignments AS a JOIN contact_attempts AS t ON t.assignment_id = a.id)",
    ),
    (
        "every attempt to reach somebody is in the audit, and there are 50 of a lead at most",
        "DELETE FROM contact_attempts",
    ),
    ("an export has a file exactly when it is ready", "UPDATE exports SET file = NULL"),
    ("an export has a file exactly when it is ready", "UPDATE exports SET state = 'failed'"),
    ("a file has the rows that matched, as far as they fit the limit", "UPDATE exports SET row_count = row_count + 1"),
    ("an export counts to the end of its day, or not at all", "UPDATE exports SET quota_until = created_at"),
    ("an export counts to the end of its day, or not at all", "UPDATE exports SET quota_day = NULL"),
    ("the room that files take is the sum of their sizes", "UPDATE export_room SET bytes = bytes + 1"),
    ("what is to be made again is promised", "UPDATE exports SET remaking = 'queued' WHERE state = 'ready'"),
    (
        "no file that can be fetched is older than the erasure of somebody in it",
        "UPDATE exports SET niche_id = NULL, search = NULL, period_start = NULL, provider_id = erased.provider_id,
                ready_at = erased.assigned_at
           FROM (SELECT a.provider_id, a.assigned_at FROM lead_assignments a JOIN leads l ON l.id = a.lead_id
                  WHERE l.erased_at > a.assigned_at LIMIT 1) AS erased
          WHERE state = 'ready'",
    ),
    (
        "every export's request and end are in the audit",
        "DELETE FROM audit_entries WHERE action = 'lead.export_completed'",
    ),
    ("every export's request and end are in the audit", "DELETE FROM exports"),
    ("a lead is assigned where it has assignments", "UPDATE leads SET status = 'assigned' WHERE status = 'unmatched'"),
    ("a lead is assigned where it has assignments", "UPDATE leads SET status = 'unmatched' WHERE status = 'assigned'"),
    ("an assignment has a lead of its niche", "UPDATE leads SET niche_id = id"),
    ("a duplicate names the lead that was offered", "UPDATE leads SET duplicate_of = NULL"),
    ("a duplicate names the lead that was offered", "UPDATE leads SET duplicate_of = id WHERE status = 'duplicate'"),
    ("a platform's id is offered once", "UPDATE leads SET external_id = 'the same'"),
    (
        "a lead can be reached, an erased one holds nothing of the person",
        "UPDATE leads SET contact_email = NULL, contact_phone = NULL",
    ),
    (
        "a lead can be reached, an erased one holds nothing of the person",
        "UPDATE leads SET contact_name = 'Ada' WHERE erased_at IS NOT NULL",
    ),
    ("a lead came from a source that is there", "DELETE FROM sources"),
    (
        "who was sold a lead that was withdrawn was told",
        "UPDATE leads SET withdrawn_at = received_at WHERE status = 'assigned'",
    ),
    (
        "who opted out is known by a hash",
        "INSERT INTO suppressions (id, created_at, has_email, has_phone, fingerprint)
         SELECT p.id, p.created_at, 1 = 1, 1 = 2, h.secret FROM providers AS p, house AS h LIMIT 1",
    ),
    (
        "what a niche has forgotten by its age is erased",
        "INSERT INTO lead_retention (niche_id, through, as_of)
         SELECT niche_id, id, received_at FROM leads WHERE erased_at IS NULL LIMIT 1",
    ),
    (
        "who opted out is on record",
        "INSERT INTO suppressions (id, created_at, has_email, has_phone, fingerprint)
         SELECT p.id, p.created_at, 1 = 1, 1 = 2, h.secret FROM providers AS p, house AS h LIMIT 1",
    ),
    ("a source that is read by a mapping has one, and no other has", "UPDATE sources SET mapping = '{}'"),
    ("a source that is read by a mapping has one, and no other has", "UPDATE sources SET format = 'mapping'"),
    ("every subscription has a meter", "DELETE FROM subscription_meters"),
    ("where a subscription buys is on record", "DELETE FROM subscription_areas"),
    ("whose codes a source's leads are read by is on record", "UPDATE source_countries SET country = 'FR'"),
    ("a provider's time zone is one that the database knows", "UPDATE providers SET timezone = 'localtime'"),
    (
        "a meter counts the day's and the month's assignments",
        "UPDATE subscription_meters SET day_count = day_count + 1",
    ),
    (
        "a meter counts the day's and the month's assignments",
        "UPDATE subscription_meters SET month_spent = month_spent - 1",
    ),
    ("a meter counts the day's and the month's assignments", "UPDATE subscription_meters SET day_end = day_start"),
    ("a meter counts the day's and the month's assignments", "UPDATE subscription_meters SET last_served_at = NULL"),
    ("a lead's trace names who got it, and at what price", "DELETE FROM lead_traces"),
    ("a lead's trace names who got it, and at what price", "UPDATE lead_traces SET trace = '[]'"),
    ("a lead's trace names who got it, and at what price", "UPDATE lead_assignments SET subscription_id = id"),
    (
        "who was corrected or replaced is known as a lead that was offered, and nobody holds what was replaced",
        "UPDATE leads SET known_as = id WHERE correction IS NOT NULL",
    ),
    (
        "who was corrected or replaced is known as a lead that was offered, and nobody holds what was replaced",
        "UPDATE leads SET known_as = (SELECT id FROM leads WHERE status = 'unmatched' LIMIT 1) WHERE status = 'assigned'",
    ),
    ("who held a lead was told of its corrections, and of no others", "UPDATE leads SET correction = NULL"),
    (
        "who held a lead was told of its corrections, and of no others",
        "DELETE FROM audit_entries WHERE action = 'lead.corrected'",
    ),
    ("a search finds an assignment by what its person corrected last", "UPDATE lead_assignments SET search_text = ''"),
    ("a job's state, lease and end agree", "UPDATE jobs SET finished_at = NULL"),
    ("a job's state, lease and end agree", "UPDATE jobs SET state = 'running'"),
    ("a job is tried no more often than it may be", "UPDATE jobs SET attempts = max_attempts + 1"),
    ("the same work is queued once", "UPDATE jobs SET state = 'queued', kind = 'k', dedup_key = 'k'"),
    ("an idempotency key's answer outlives its making", "UPDATE idempotency_keys SET expires_at = created_at"),
    (
        "who got a lead is told of it, once, and nobody else",
        "DELETE FROM mails WHERE template = 'provider_new_lead' AND created_at > (SELECT MIN(created_at) FROM mails)",
    ),
    (
        "who got a lead is told of it, once, and nobody else",
        "UPDATE mails SET subject_id = id WHERE template = 'provider_new_lead'",
    ),
    (
        "who got a lead is told of it, once, and nobody else",
        "UPDATE mails SET provider_id = subject_id WHERE template = 'provider_new_lead'",
    ),
    ("an event has one mail", "INSERT INTO mails SELECT * FROM mails"),
    ("a mail tells of what happened", "UPDATE mails SET round = 1 WHERE template = 'admin_provider_rejected_lead'"),
    ("a mail tells of what happened", "UPDATE lead_assignments SET refunded_at = NULL"),
    ("a mail's state, its end and its times agree", "UPDATE mails SET sent_at = NULL WHERE state = 'sent'"),
    ("a mail and its job agree", "UPDATE mails SET state = 'queued', sent_at = NULL"),
    ("a mail and its job agree", "UPDATE mails SET state = 'dead', last_error = 'x', sent_at = NULL"),
    ("a mail and its job agree", "UPDATE mails SET attempts = 99"),
    ("a mail and its job agree", "DELETE FROM mails WHERE template = 'provider_lead_status_changed'"),
    (
        "a mail that goes along ends as the one that carries it",
        "UPDATE mails SET carried_by = subject_id WHERE state = 'sent'",
    ),
];
