-- Versions that were loaded after a load, or that belong to an order since then. One
-- that names no order belongs to those that share something with it, a waybill say.
insert into snapshot.working.records
{% if through %}
with
    moved as (
        select {{ by }}
        from feeds.{{ through }}
        where load_number > $after and {{ by }} is not null
        union
        select {{ by }}
        from feeds.{{ feed }}
        where load_number > $after and {{ by }} is not null
    ),
    links as (
        select {{ by }}, order_id, min(load_number) as linked_in
        from feeds.{{ through }}
        semi join moved using ({{ by }})
        group by all
    ),
    placed as (
        select {{ "coalesce(record.order_id, links.order_id)" if names_order else "links.order_id" }} as owner, record.*
        from feeds.{{ feed }} as record
    {{ "left" if names_order else "inner" }} join
            links
            on record.{{ by }} = links.{{ by }} {{ "and record.order_id is null" if names_order }}
        where record.load_number > $after
        union all
        select links.order_id as owner, record.*
        from feeds.{{ feed }} as record
        inner join
            links
            on record.{{ by }} = links.{{ by }}
            and links.linked_in > $after {{ "and record.order_id is null" if names_order }}
        where record.load_number <= $after
    )
{% else %}
with
    placed as (
        select order_id as owner, *
        from feeds.{{ feed }}
        where load_number > $after
    )
{% endif %}
select
    md5_number_lower(owner) as order_hash,
    owner as order_id,
{{ feed | literal }} as feed,
    concat_ws(' ' {% for column in key %}, placed.{{ column }}{% endfor %}) as record,
    coalesce({% for column in true_since %} placed.{{ column }}, {% endfor %} null::timestamptz) as true_since,
    loads.loaded_at,
    json_object(
{% for column in shown %}
    {{ column | literal }}, placed.{{ column }}::varchar {{ "," if not loop.last or hidden }}
{% endfor %}
{% for column in hidden %}
    {{ column | literal }},
    case
        when placed.{{ column }} != ''
    {% if column == "phone" %} then hidden_value(plain_text(placed.{{ column }}))
    {% else %} then left(plain_text(left(placed.{{ column }}, 4)), 1) || '***'
    {% endif %}
    end {{ "," if not loop.last }}
{% endfor %}
    ) as content
from placed
inner join feeds.loads as loads using (load_number)
{% if only_looked_at %}
    semi join looked_at on placed.owner = looked_at.order_id
{% endif %}
where owner is not null
order by order_hash, true_since
