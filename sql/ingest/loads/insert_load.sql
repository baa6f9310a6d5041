insert into feeds.loads by name
select
    $load_number as load_number,
    $feed as feed,
    $file as file,
    $order_key as order_key,
    $content_hash as content_hash,
    $stamp as stamp,
    $zone as zone,
    $columns as columns,
    $rows as rows,
    $new_rows as new_rows,
    $rejected_rows as rejected_rows,
    $totals_lines as totals_lines,
    $loaded_at as loaded_at,
{% if instants %}
        (
            select
                greatest({% for column in instants %} max({{ column }}) {{ "," if not loop.last }} {% endfor %})
            from feeds.{{ feed }}
            where load_number = $load_number
        )
{% else %} null
    {% endif %} as latest_instant
