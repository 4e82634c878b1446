//! The integration tests: one binary, one file per room, the whole suite on each engine.
