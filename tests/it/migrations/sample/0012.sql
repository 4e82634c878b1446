INSERT INTO exports (id, provider_id, state, format, preset, max_rows, matching_rows, begun, rows_done, row_count, size_bytes, sha256, file, token_hash, quota_day, created_at, ready_at, expires_at, finished_at, missing_at) VALUES
  ({id 1103}, {id 101}, 'ready', 'csv', 'standard', 5000, 1, 1, 1, 1, 300, {hash 1103}, 'exports/1103.1.csv', {hash 1104}, '2026-01-02', {time 5}, {time 6}, {time 9}, {time 6}, {time 8});
UPDATE export_room SET bytes = bytes + 300;
