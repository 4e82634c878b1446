-- RETURN_WINDOW as it was set, from when on: what was assigned keeps the window of then. The first holds for all before it too.
CREATE TABLE return_windows (
  since INTEGER PRIMARY KEY,
  micros INTEGER NOT NULL CHECK (micros >= 0)
) STRICT;
