INSERT INTO provider_accounts (provider_id, balance, floor, entries) VALUES ({id 101}, 45000, 0, 3), ({id 102}, -5, -100, 0);
INSERT INTO ledger_entries (id, provider_id, seq, kind, amount, balance_after, assignment_id, note, created_at) VALUES
  ({id 601}, {id 101}, 1, 'credit', 50000, 50000, NULL, 'wire', {time 3}),
  ({id 602}, {id 101}, 2, 'charge', -2500, 47500, {id 401}, NULL, {time 4}),
  ({id 603}, {id 101}, 3, 'charge', -2500, 45000, {id 404}, NULL, {time 5});
