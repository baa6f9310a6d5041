-- To which part of all orders every counting row belongs.
create or replace temp table chunks_of_{{ feed }} as
select
    version.rowid as version_id,
    case
{% for bound in bounds %} when version.order_id < {{ bound | literal }} then {{ loop.index0 }}
{% endfor %}
        else {{ bounds | length }}
    end as chunk
from feeds.{{ feed }} as version
where version.rowid in (select version_id from counting_{{ feed }})
