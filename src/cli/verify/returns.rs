//! Returns: of a rejected lead, decided with the money, the record and nothing else.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 9] = [
    Invariant::sql(
        "a return is of a rejected lead, and approved where the lead is refunded",
        "SELECT r.assignment_id, CASE WHEN a.id IS NULL THEN 'is returned, and not there'
                                      WHEN a.provider_id <> r.provider_id THEN 'is returned by another provider'
                                      ELSE 'is ' || a.status || ', its return ' || r.state END
           FROM returns AS r LEFT JOIN lead_assignments AS a ON a.id = r.assignment_id
          WHERE a.id IS NULL OR a.provider_id <> r.provider_id OR a.rejected_at IS NULL
             OR (r.state = 'approved') <> (a.status = 'refunded')",
    ),
    Invariant::sql(
        "a rejected lead is refunded by its return",
        "SELECT a.id, 'was refunded without a return' FROM lead_assignments AS a
           LEFT JOIN returns AS r ON r.assignment_id = a.id
          WHERE a.status = 'refunded' AND a.rejected_at IS NOT NULL AND r.assignment_id IS NULL",
    ),
    Invariant::sql(
        "a return's state and its decisions agree",
        "SELECT assignment_id, 'has a return that is ' || state FROM returns
          WHERE state NOT IN ('pending', 'approved', 'denied')
             OR (state = 'pending') <> (decided_at IS NULL)
             OR (decided_at IS NULL AND (decided_by IS NOT NULL OR rule IS NOT NULL OR note IS NOT NULL))
             OR (rule IS NOT NULL AND (state <> 'approved' OR decided_by IS NOT NULL OR appealed_at IS NOT NULL))
             OR (appealed_at IS NULL) <> (appeal_text IS NULL)
             OR (appealed_at IS NULL) <> (first_denied_at IS NULL)",
    ),
    Invariant::sql(
        "a return is opened with the rejection, denied, appealed and decided in this order",
        "SELECT r.assignment_id, 'has a return with times in another order' FROM returns AS r
           JOIN lead_assignments AS a ON a.id = r.assignment_id
          WHERE r.opened_at <> a.rejected_at OR r.decided_at < r.opened_at OR r.first_denied_at < r.opened_at
             OR r.appealed_at < r.first_denied_at OR r.decided_at < r.appealed_at",
    ),
    Invariant::sql(
        "every denial and every appeal of a return is in the audit",
        "SELECT id, 'entries ' || action || ' less those of its return: ' || CAST(SUM(n) AS text)
           FROM (SELECT entity_id AS id, action, 1 AS n FROM audit_entries
                  WHERE action IN ('lead.return_denied', 'lead.return_appealed')
                 UNION ALL SELECT assignment_id, 'lead.return_denied', -1 FROM returns WHERE state = 'denied'
                 UNION ALL SELECT assignment_id, 'lead.return_denied', -1 FROM returns WHERE first_denied_at IS NOT NULL
                 UNION ALL SELECT assignment_id, 'lead.return_appealed', -1 FROM returns WHERE appealed_at IS NOT NULL)
                AS t
          GROUP BY id, action HAVING SUM(n) <> 0",
    ),
    Invariant::sql(
        "every decision on a return is told once",
        "SELECT id, 'mails less decisions: ' || CAST(SUM(n) AS text)
           FROM (SELECT subject_id AS id, 1 AS n FROM mails WHERE template = 'provider_return_decided'
                 UNION ALL SELECT entity_id, -1 FROM audit_entries
                            WHERE action = 'lead.return_denied' AND actor_role = 'admin'
                 UNION ALL SELECT assignment_id, -1 FROM returns
                            WHERE state = 'approved' AND (decided_by IS NOT NULL OR rule IS NOT NULL)) AS t
          GROUP BY id HAVING SUM(n) <> 0",
    ),
    Invariant::sql(
        "an attempt to reach somebody is the lead's own provider's, and came after the lead",
        "SELECT t.id, CASE WHEN a.id IS NULL THEN 'is about no assignment'
                           WHEN a.provider_id <> t.provider_id THEN 'is by another provider'
                           ELSE 'was at another time than it can have been' END
           FROM contact_attempts AS t LEFT JOIN lead_assignments AS a ON a.id = t.assignment_id
          WHERE a.id IS NULL OR a.provider_id <> t.provider_id OR t.at < a.assigned_at OR t.at > t.created_at",
    ),
    Invariant::sql(
        "every attempt to reach somebody is in the audit, and there are 50 of a lead at most",
        "SELECT id, 'entries lead.contact_attempted less attempts: ' || CAST(SUM(n) AS text) || ', attempts: '
                || CAST(SUM(kept) AS text)
           FROM (SELECT entity_id AS id, 1 AS n, 0 AS kept FROM audit_entries WHERE action = 'lead.contact_attempted'
                 UNION ALL SELECT assignment_id, -1, 1 FROM contact_attempts) AS t
          GROUP BY id HAVING SUM(n) <> 0 OR SUM(kept) > 50",
    ),
    Invariant::sql(
        "nothing that was written about an erased person is kept",
        "SELECT t.id, 'is an attempt with a note' FROM contact_attempts AS t
           JOIN lead_assignments AS a ON a.id = t.assignment_id JOIN leads AS l ON l.id = a.lead_id
          WHERE l.erased_at IS NOT NULL AND t.note <> '[erased]'
         UNION ALL
         SELECT a.id, 'is returned with words' FROM returns AS r
           JOIN lead_assignments AS a ON a.id = r.assignment_id JOIN leads AS l ON l.id = a.lead_id
          WHERE l.erased_at IS NOT NULL
            AND (r.note <> '[erased]' OR r.appeal_text <> '[erased]' OR r.first_denial_note <> '[erased]')
         UNION ALL
         SELECT a.id, 'is rejected with words' FROM lead_assignments AS a JOIN leads AS l ON l.id = a.lead_id
          WHERE l.erased_at IS NOT NULL AND a.rejection_reason <> '[erased]'",
    ),
];
