//! Assignments: one decision each, and the figures kept beside them.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 11] = [
    Invariant::sql(
        "an assignment's status and its decision agree",
        "SELECT id, 'is ' || status FROM lead_assignments
          WHERE status NOT IN ('active', 'accepted', 'rejected', 'refunded')
             OR (status = 'accepted') <> (accepted_at IS NOT NULL)
             OR (status = 'refunded') <> (refunded_at IS NOT NULL)
             OR (status = 'rejected' AND rejected_at IS NULL)
             OR (rejected_at IS NOT NULL AND status NOT IN ('rejected', 'refunded'))
             OR (rejected_at IS NULL) <> (rejection_reason IS NULL)
             OR (rejected_at IS NULL) <> (rejection_code IS NULL)",
    ),
    Invariant::sql(
        "an assignment is made, seen, decided and refunded in this order",
        "SELECT id, 'has times in another order' FROM lead_assignments
          WHERE viewed_at < assigned_at OR accepted_at < assigned_at OR rejected_at < assigned_at
             OR refunded_at < assigned_at OR refunded_at < rejected_at
             OR viewed_at > accepted_at OR viewed_at > rejected_at",
    ),
    Invariant::sql(
        "an assignment counts the decisions that were taken back",
        "SELECT id, 'counts ' || CAST(SUM(n) AS text) || ' more than the audit'
           FROM (SELECT id, undone AS n FROM lead_assignments WHERE undone > 0
                 UNION ALL
                 SELECT entity_id, -1 FROM audit_entries WHERE action IN ('lead.accept_undone', 'lead.reject_undone')) AS t
          GROUP BY id HAVING SUM(n) <> 0",
    ),
    Invariant::sql(
        "an event is of an assignment that is there, and its provider's",
        "SELECT e.assignment_id, CASE WHEN a.id IS NULL THEN 'is told of, and is not there' ELSE 'is told to another' END
           FROM lead_events AS e LEFT JOIN lead_assignments AS a ON a.id = e.assignment_id
          WHERE a.id IS NULL OR a.provider_id <> e.provider_id",
    ),
    // Loaded data has no events, and events are kept for some days.
    Invariant::sql(
        "each assignment was announced by exactly one event",
        "SELECT a.id, 'was told of ' || CAST(COUNT(e.seq) AS text) || ' times' FROM lead_assignments AS a
           LEFT JOIN lead_events AS e ON e.assignment_id = a.id AND e.kind = 'assigned'
          WHERE a.assigned_at >= (SELECT MIN(created_at) FROM lead_events WHERE kind = 'assigned')
          GROUP BY a.id HAVING COUNT(e.seq) <> 1",
    ),
    Invariant::sql(
        "undecided, only an erased lead is refunded",
        "SELECT a.id, 'was refunded without a rejection' FROM lead_assignments AS a JOIN leads AS l ON l.id = a.lead_id
          WHERE a.status = 'refunded' AND a.rejected_at IS NULL AND l.erased_at IS NULL",
    ),
    Invariant::sql(
        "an assignment froze a subscription's own provider, niche and level",
        "SELECT a.id, 'has a subscription of others' FROM lead_assignments AS a
           LEFT JOIN subscriptions AS s
             ON s.id = a.subscription_id AND s.provider_id = a.provider_id AND s.niche_id = a.niche_id
            AND s.competition_level_id = a.competition_level_id
          WHERE s.id IS NULL",
    ),
    Invariant::sql(
        "a provider has a lead once",
        "SELECT lead_id, 'is assigned ' || CAST(COUNT(*) AS text) || ' times to one provider' FROM lead_assignments
          GROUP BY lead_id, provider_id HAVING COUNT(*) > 1",
    ),
    Invariant::sql(
        "a lead is sold at one level, no more often than the level allows",
        "SELECT lead_id, 'is sold ' || CAST(COUNT(*) AS text) || ' times at '
                || CAST(COUNT(DISTINCT competition_level_id) AS text) || ' levels, at most '
                || CAST(MIN(max_providers) AS text)
           FROM lead_assignments GROUP BY lead_id
         HAVING COUNT(*) > MIN(max_providers) OR COUNT(DISTINCT competition_level_id) > 1",
    ),
    Invariant::sql(
        "a search finds an assignment by what its person corrected last",
        "SELECT a.id, 'is not found by what its person corrected last' FROM lead_assignments AS a
           JOIN leads AS l ON l.id = a.lead_id JOIN leads AS d ON d.duplicate_of = l.id AND d.correction IS NOT NULL
          WHERE l.erased_at IS NULL AND d.erased_at IS NULL AND a.status <> 'refunded'
            AND d.correction = (SELECT MAX(correction) FROM leads AS m WHERE m.duplicate_of = l.id)
            AND a.search_text NOT LIKE '%' || COALESCE(d.contact_email_lower, '') || '%\n%'
                                       || COALESCE(d.contact_phone_digits, '') || '%'",
    ),
    Invariant::sql(
        "a provider's tallies are the number of its assignments",
        "SELECT provider_id, 'tally ' || tally || ' less assignments: ' || CAST(SUM(n) AS text)
           FROM (SELECT provider_id, tally, n FROM assignment_counts
                 UNION ALL
                 SELECT provider_id, 'assigned', -COUNT(*) FROM lead_assignments GROUP BY provider_id
                 UNION ALL
                 SELECT provider_id, 'viewed', -COUNT(viewed_at) FROM lead_assignments GROUP BY provider_id
                 UNION ALL
                 SELECT provider_id, status, -COUNT(*) FROM lead_assignments
                  WHERE status <> 'active' GROUP BY provider_id, status) AS t
          GROUP BY provider_id, tally HAVING SUM(n) <> 0",
    ),
];
