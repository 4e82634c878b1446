-- Whether a part stands anywhere in a text. The planner puts strpos in its place, which is much faster than LIKE.
CREATE FUNCTION holds(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2) > 0';
