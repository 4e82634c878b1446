INSERT INTO audit_entries (id, action, entity, entity_id, actor_id, actor_role, details, created_at) VALUES
  ({id 701}, 'lead.assigned', 'lead_assignment', {id 401}, {id 301}, 'source', '{"price": 25.0}', {time 4}),
  ({id 702}, 'lead.accepted', 'lead_assignment', {id 401}, {id 101}, 'provider', NULL, {time 6}),
  ({id 703}, 'lead.refunded', 'lead_assignment', {id 403}, NULL, 'system', NULL, {time 9});
