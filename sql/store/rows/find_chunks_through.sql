-- A record belongs to all orders that share something with it, such as a waybill.
-- Another feed tells which orders those are, or another record of its own feed does.
create or replace temp table chunks_of_{{ path.feed }} as
with
    counting as (
        select
            rowid as version_id, {{ path.by }} {% if path.names_order %}, order_id{% endif %}
        from feeds.{{ path.feed }}
        where rowid in (select version_id from counting_{{ path.feed }})
    ),
    shared as (
{% if path.names_order %}
            select
    {{ path.by }},
                case
    {% for bound in bounds %} when order_id < {{ bound | literal }} then {{ loop.index0 }}
    {% endfor %}
                    else {{ bounds | length }}
                end as chunk
            from counting
            where order_id is not null
{% endif %}
{% if path.through and path.names_order %}
            union all
{% endif %}
{% if path.through %}
            select record.{{ path.by }}, placed.chunk
            from feeds.{{ path.through }} as record
            inner join chunks_of_{{ path.through }} as placed on placed.version_id = record.rowid
            where record.{{ path.by }} is not null
{% endif %}
{% if not path.through and not path.names_order %}
            select null::varchar as {{ path.by }}, 0 as chunk
            where false
{% endif %}
    )
select version_id, chunk
from counting
inner join (select distinct {{ path.by }}, chunk from shared) using ({{ path.by }})
