select table_name
from duckdb_tables()
where schema_name = 'feeds' and database_name = current_database()
