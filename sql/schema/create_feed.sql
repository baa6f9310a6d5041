create table if not exists feeds.{{ feed }} (
{% for name, column in columns.items() %}
    {{ name }} {{ column.duckdb_type }}, {% endfor %}
    load_number integer not null,
    source_row bigint not null
)
