-- The columns of text of all tables that the feeds do not tell again.
select
    table_schema,
    table_name,
    column_name,
    data_type,
    bool_or(column_name = 'order_id') over (
        partition by table_schema, table_name
    ) as has_order
from information_schema.columns
where
    table_catalog = current_database()
    and table_schema not in ('feeds', 'information_schema', 'pg_catalog')
    and data_type in ('VARCHAR', 'JSON')
    and table_name
    in (select table_name from duckdb_tables() where database_name = current_database())
order by table_schema, table_name, column_name
