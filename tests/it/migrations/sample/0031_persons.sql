INSERT INTO suppressions (id, created_at, has_email, has_phone, reason, fingerprint)
VALUES ({id 911}, {time 9}, 1 = 1, 1 = 2, 'on a list', {hash 911});
INSERT INTO suppressed_hashes (hash, suppression_id) VALUES ({hash 912}, {id 911});
INSERT INTO lead_events (tx, provider_id, assignment_id, kind, created_at) VALUES
  (0, {id 101}, {id 401}, 'withdrawn', {time 9});
