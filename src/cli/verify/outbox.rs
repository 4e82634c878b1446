//! The outbox: each event has its mail, and a mail stands where its job does.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 6] = [
    // Loaded data has no mails; what is older than the first of them is not asked for.
    Invariant::sql(
        "who got a lead is told of it, once, and nobody else",
        "SELECT a.id, 'has no mail' FROM lead_assignments AS a
           LEFT JOIN mails AS m ON m.subject_id = a.id AND m.template = 'provider_new_lead'
          WHERE m.id IS NULL
            AND a.assigned_at >= (SELECT MIN(created_at) FROM mails WHERE template = 'provider_new_lead')
         UNION ALL
         SELECT m.subject_id, CASE WHEN a.id IS NULL THEN 'is told of, and is not there' ELSE 'is told to another' END
           FROM mails AS m LEFT JOIN lead_assignments AS a ON a.id = m.subject_id
          WHERE m.template = 'provider_new_lead' AND (a.id IS NULL OR m.provider_id IS NULL OR a.provider_id <> m.provider_id)",
    ),
    Invariant::sql(
        "an event has one mail",
        "SELECT subject_id, 'has ' || CAST(COUNT(*) AS text) || ' mails ' || template FROM mails
          GROUP BY subject_id, template, round HAVING COUNT(*) > 1",
    ),
    Invariant::sql(
        "a mail tells of what happened",
        "SELECT m.subject_id, 'did not have happen what ' || m.template || ' tells' FROM mails AS m
           LEFT JOIN lead_assignments AS a ON a.id = m.subject_id
          WHERE m.template IN ('admin_lead_accepted', 'admin_provider_rejected_lead', 'provider_lead_status_changed',
                               'provider_lead_withdrawn')
            AND (a.id IS NULL
                 -- A round that is over was undone.
                 OR (m.template <> 'provider_lead_status_changed' AND m.round > a.undone)
                 OR (m.template = 'admin_lead_accepted' AND m.round = a.undone AND a.accepted_at IS NULL)
                 OR (m.template = 'admin_provider_rejected_lead' AND m.round = a.undone AND a.rejected_at IS NULL)
                 OR (m.template = 'provider_lead_withdrawn'
                     AND NOT EXISTS (SELECT 1 FROM leads AS l WHERE l.id = a.lead_id AND l.withdrawn_at IS NOT NULL))
                 -- An erasure, or so many corrections.
                 OR (m.template = 'provider_lead_status_changed' AND m.round = 0 AND a.refunded_at IS NULL)
                 OR (m.template = 'provider_lead_status_changed' AND m.round > 0
                     AND NOT EXISTS (SELECT 1 FROM leads AS d WHERE d.duplicate_of = a.lead_id AND d.correction = m.round)))",
    ),
    Invariant::sql(
        "a mail's state, its end and its times agree",
        "SELECT id, 'is ' || state FROM mails
          WHERE state NOT IN ('queued', 'sent', 'suppressed', 'dead')
             OR (state = 'sent') <> (sent_at IS NOT NULL)
             OR (state = 'suppressed') <> (reason IS NOT NULL)
             OR (state = 'dead' AND last_error IS NULL)
             OR sent_at < created_at",
    ),
    Invariant::sql(
        "a mail and its job agree",
        // A job of several mails goes when it is done.
        "SELECT m.id, 'is ' || m.state || ', its job ' || COALESCE(j.state, 'gone') FROM mails AS m
           LEFT JOIN jobs AS j ON j.id = COALESCE(m.job_id, m.id)
          WHERE m.carried_by IS NULL
            AND ((m.state = 'queued' AND COALESCE(j.state, 'gone') NOT IN ('queued', 'running'))
                 OR (m.state = 'dead' AND COALESCE(j.state, 'gone') <> 'dead')
                 OR (m.state <> 'dead' AND m.job_id IS NULL AND j.state = 'dead')
                 OR m.attempts > j.attempts)
         UNION ALL
         SELECT j.id, 'is a job without its mail' FROM jobs AS j LEFT JOIN mails AS m ON m.id = j.id
          WHERE j.kind = 'outbox.send' AND m.id IS NULL",
    ),
    Invariant::sql(
        "a mail that goes along ends as the one that carries it",
        "SELECT m.id, 'is ' || m.state || ', its carrier ' || COALESCE(c.state, 'gone') FROM mails AS m
           LEFT JOIN mails AS c ON c.id = m.carried_by
          WHERE m.carried_by IS NOT NULL AND m.state <> 'suppressed' AND (c.id IS NULL OR c.state <> m.state)",
    ),
];
