-- DuckDB looks through ids of orders four times as fast where they are not packed.
create or replace table working.orders (
{% for name, duckdb_type in columns.items() %}
    {{ name }} {{ duckdb_type }} {{ "using compression uncompressed" if name in unpacked }},
{% endfor %}
    buyer_number ubigint,
    address_number ubigint
)
