insert into feeds.loads by name
select
    loads.load_number,
    $feed as feed,
    loads.file,
    loads.order_key,
    loads.content_hash,
    loads.stamp,
    $zone as zone,
    $columns as columns,
    loads.rows,
    loads.new_rows,
    loads.rejected_rows,
    loads.totals_lines,
{% if instants %} latest.instant
{% else %} null
{% endif %} as latest_instant,
    $loaded_at as loaded_at
from small_loads as loads
{% if instants %}
    left join
        (
            select
                load_number,
                greatest({% for column in instants %} max({{ column }}) {{ "," if not loop.last }} {% endfor %}) as instant
            from feeds.{{ feed }}
            where load_number >= (select min(load_number) from small_loads)
            group by load_number
        ) as latest using (load_number)
{% endif %}
where loads.load_number < $end
