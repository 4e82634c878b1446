CREATE TABLE audit_entries (
  id uuid PRIMARY KEY,
  action text COLLATE "C" NOT NULL,
  entity text COLLATE "C" NOT NULL,
  entity_id uuid NOT NULL,
  actor_id uuid,
  actor_role text NOT NULL CHECK (actor_role IN ('admin', 'provider', 'source', 'system')),
  details json,
  created_at timestamptz NOT NULL,
  CHECK ((actor_id IS NULL) = (actor_role = 'system'))
);
CREATE INDEX audit_entity ON audit_entries (entity_id, id);
CREATE INDEX audit_actor ON audit_entries (actor_id, id);
CREATE INDEX audit_action ON audit_entries (action, id);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
