-- SQLite's name for strpos, so that a search is one text on both; the planner puts strpos in its place.
CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2)';
