INSERT INTO lead_events (tx, provider_id, assignment_id, kind, created_at) VALUES
  (0, {id 101}, {id 401}, 'assigned', {time 4}), (0, {id 101}, {id 401}, 'changed', {time 6});
