select path is null from duckdb_databases() where database_name = current_database()
