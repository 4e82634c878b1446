-- How often a decision on it was taken back: tells the decisions of one assignment, and the mails about them, apart.
ALTER TABLE lead_assignments ADD COLUMN undone bigint NOT NULL DEFAULT 0 CHECK (undone >= 0);
