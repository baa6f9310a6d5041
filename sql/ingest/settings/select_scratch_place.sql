-- DuckDB puts its own temporary files there; a store in memory has no place of its own.
select current_setting('temp_directory') as folder
from duckdb_databases()
where database_name = current_database() and path is not null
