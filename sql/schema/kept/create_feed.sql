-- load_number is the load that brought the row, seen_load_number the newest that had
-- it: from there it counts against other versions. Most identifiers are never the same,
-- and DuckDB looks through them four times as fast where they are not packed.
create table if not exists feeds.{{ feed }} (
{% for name, column in columns.items() %}
    {{ name }} {{ column.duckdb_type }} {{ "using compression uncompressed" if column.type == "identifier" }}, {% endfor %}
    load_number integer not null,
    seen_load_number integer not null,
    source_row bigint not null
)
