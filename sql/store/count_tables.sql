select count(*) from duckdb_tables()
