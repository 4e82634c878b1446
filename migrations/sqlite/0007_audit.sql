CREATE TABLE audit_entries (
  id BLOB PRIMARY KEY,
  action TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id BLOB NOT NULL,
  actor_id BLOB,
  actor_role TEXT NOT NULL CHECK (actor_role IN ('admin', 'provider', 'source', 'system')),
  details TEXT,
  created_at INTEGER NOT NULL,
  CHECK ((actor_id IS NULL) = (actor_role = 'system'))
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_entity ON audit_entries (entity_id, id);
CREATE INDEX audit_actor ON audit_entries (actor_id, id);
CREATE INDEX audit_action ON audit_entries (action, id);
CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit_entries BEGIN
  SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit_entries BEGIN
  SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
