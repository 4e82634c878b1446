-- PostgreSQL's ANALYZE keeps samples of what stands in a column; SQLite's keeps none.
SELECT 1;
