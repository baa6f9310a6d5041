select count(*)
from duckdb_tables()
where schema_name = 'feeds' and table_name = 'erp_orders'
