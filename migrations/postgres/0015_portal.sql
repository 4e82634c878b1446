-- What a provider was charged and paid back within a time is summed from the index alone.
CREATE INDEX ledger_time ON ledger_entries (provider_id, kind, created_at, amount);
-- How many of a provider's returns are pending, or were decided within a time.
CREATE INDEX returns_decided ON returns (provider_id, state, decided_at);
-- The tokens of a provider's people.
CREATE INDEX users_provider ON users (provider_id);
