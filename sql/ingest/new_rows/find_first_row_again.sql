-- The first row of which an earlier one of these files has said the key and version.
-- Rows of one file may repeat a key.
with
    placed as (
        select
            arriving.source_row,
            loads.load_number,
            min(loads.load_number) over (
                partition by
                    {% for column in version_key %}
                        arriving.{{ column }} {{ "," if not loop.last }}
                    {% endfor %}
            ) as first_load_number
        from typed_rows as arriving
        asof join
            (select * from small_loads where records > 0) as loads
            on arriving.source_row >= loads.first_row
    )
select min(source_row)
from placed
where load_number > first_load_number
