INSERT INTO subscription_meters (subscription_id, last_served_at, day, day_count, month, month_spent) VALUES
  ({id 221}, {time 5}, '2026-11-24', 2, '2026-11', 5000), ({id 222}, NULL, '', 0, '', 0);
INSERT INTO lead_traces (lead_id, decided_at, trace) VALUES ({id 311}, {time 4}, '[{"taken": true, "reason": null}]');
