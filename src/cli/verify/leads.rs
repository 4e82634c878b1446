//! Leads: each is somewhere, and a person is sold once.

use super::invariant::Invariant;

pub const INVARIANTS: [Invariant; 10] = [
    Invariant::sql(
        "a lead is assigned where it has assignments",
        "SELECT l.id, 'is ' || l.status || CASE WHEN l.status = 'assigned' THEN ' to nobody' ELSE ' and assigned' END
           FROM leads AS l
          WHERE (l.status = 'assigned') <> EXISTS (SELECT 1 FROM lead_assignments AS a WHERE a.lead_id = l.id)",
    ),
    Invariant::sql(
        "an assignment has a lead of its niche",
        "SELECT a.id, CASE WHEN l.id IS NULL THEN 'has no lead' ELSE 'is in another niche than its lead' END
           FROM lead_assignments AS a LEFT JOIN leads AS l ON l.id = a.lead_id
          WHERE l.id IS NULL OR l.niche_id <> a.niche_id",
    ),
    Invariant::sql(
        "a duplicate names the lead that was offered",
        "SELECT d.id, 'is ' || d.status || CASE WHEN d.duplicate_of IS NULL THEN ' of none'
                                                WHEN o.id IS NULL THEN ' of a lead that is not there'
                                                ELSE ' of one that is ' || o.status END
           FROM leads AS d LEFT JOIN leads AS o ON o.id = d.duplicate_of
          WHERE (d.status = 'duplicate') <> (d.duplicate_of IS NOT NULL)
             OR (d.duplicate_of IS NOT NULL AND (o.id IS NULL OR o.status NOT IN ('assigned', 'unmatched', 'suppressed', 'withdrawn')))",
    ),
    Invariant::sql(
        "a platform's id is offered once",
        "SELECT source_id, 'offered ' || CAST(COUNT(*) AS text) || ' leads of one platform id' FROM leads
          WHERE external_id IS NOT NULL AND status IN ('assigned', 'unmatched') AND known_as IS NULL
          GROUP BY source_id, external_id HAVING COUNT(*) > 1",
    ),
    Invariant::sql(
        "who was corrected or replaced is known as a lead that was offered, and nobody holds what was replaced",
        "SELECT l.id, 'is known as ' || CASE WHEN n.id IS NULL THEN 'none' WHEN n.known_as IS NOT NULL THEN 'one that is not the last'
                                             WHEN n.status NOT IN ('assigned', 'unmatched', 'suppressed', 'withdrawn') THEN 'one that is ' || n.status
                                             ELSE 'another while it is ' || l.status END
           FROM leads AS l LEFT JOIN leads AS n ON n.id = l.known_as
          WHERE l.known_as IS NOT NULL
            AND (n.id IS NULL OR n.known_as IS NOT NULL OR n.status NOT IN ('assigned', 'unmatched', 'suppressed', 'withdrawn')
                 OR l.status NOT IN ('assigned', 'duplicate')
                 OR (l.status = 'assigned' AND EXISTS (SELECT 1 FROM lead_assignments AS a
                                                        WHERE a.lead_id = l.id AND a.status <> 'refunded')))",
    ),
    // Whoever had given the lead back by then was told nothing. What waited for the operator was told when it was released.
    Invariant::sql(
        "who held a lead was told of its corrections, and of no others",
        "SELECT d.id, 'is a correction that no buyer was told of' FROM leads AS d
          WHERE d.correction IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM lead_assignments AS a
                              JOIN audit_entries AS e ON e.entity_id = a.id AND e.action = 'lead.corrected'
                             WHERE a.lead_id = d.duplicate_of
                               AND (e.created_at = d.received_at
                                    OR EXISTS (SELECT 1 FROM audit_entries AS r WHERE r.entity_id = d.id
                                                  AND r.action = 'lead.released' AND r.created_at = e.created_at)))
         UNION ALL
         SELECT e.entity_id, 'was told of a correction that is not there' FROM audit_entries AS e
           LEFT JOIN lead_assignments AS a ON a.id = e.entity_id
          WHERE e.action = 'lead.corrected'
            AND NOT EXISTS (SELECT 1 FROM leads AS d WHERE d.duplicate_of = a.lead_id AND d.correction IS NOT NULL
                               AND (d.received_at = e.created_at
                                    OR EXISTS (SELECT 1 FROM audit_entries AS r WHERE r.entity_id = d.id
                                                  AND r.action = 'lead.released' AND r.created_at = e.created_at)))",
    ),
    Invariant::sql(
        "a lead can be reached, an erased one holds nothing of the person",
        "SELECT id, CASE WHEN erased_at IS NULL THEN 'has no e-mail and no phone' ELSE 'is erased and holds data' END
           FROM leads
          WHERE (erased_at IS NULL AND status <> 'test' AND contact_email IS NULL AND contact_phone IS NULL)
             OR (erased_at IS NOT NULL AND (contact_name IS NOT NULL OR contact_email IS NOT NULL
                 OR contact_phone IS NOT NULL OR contact_email_lower IS NOT NULL OR contact_phone_digits IS NOT NULL
                 OR form_data IS NOT NULL OR attribution IS NOT NULL OR raw_payload IS NOT NULL OR raw_bytes IS NOT NULL
                 OR postal_code IS NOT NULL OR consent IS NOT NULL OR flags IS NOT NULL OR referrer_url IS NOT NULL
                 OR utm_source IS NOT NULL OR utm_medium IS NOT NULL OR utm_campaign IS NOT NULL))",
    ),
    Invariant::sql(
        "a lead came from a source that is there",
        "SELECT l.id, 'came from nowhere' FROM leads AS l
           LEFT JOIN sources AS s ON s.id = l.source_id LEFT JOIN niches AS n ON n.id = l.niche_id
          WHERE s.id IS NULL OR n.id IS NULL",
    ),
    Invariant::sql(
        "who was sold a lead that was withdrawn was told",
        "SELECT a.id, 'was not told that its lead was withdrawn' FROM leads AS l
           JOIN lead_assignments AS a ON a.lead_id = l.id
          WHERE l.withdrawn_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM audit_entries AS e WHERE e.entity_id = a.id AND e.action = 'lead.withdrawn')",
    ),
    Invariant::sql(
        "a source that is read by a mapping has one, and no other has",
        "SELECT id, 'is of the format ' || format || CASE WHEN mapping IS NULL THEN ' without one' ELSE ' with one' END
           FROM sources WHERE (format = 'mapping') <> (mapping IS NOT NULL)",
    ),
];
