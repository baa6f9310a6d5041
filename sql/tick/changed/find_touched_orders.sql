-- The orders of which some system tells something else than at the evaluation before,
-- and those that may be closed by now because they were delivered long enough ago.
create or replace temp table touched as
{% for path in paths %}
    {% if path.names_order %}
        select record.order_id
        from feeds.{{ path.feed }} as record
        semi join changed_{{ path.feed }} using ({{ path.by }})
        where record.order_id is not null
        union
    {% endif %}
    {% if path.through %}
        select record.order_id
        from feeds.{{ path.through }} as record
        semi join changed_{{ path.feed }} using ({{ path.by }})
        union
    {% endif %}
{% endfor %}
{% for feed in feeds %}
    select order_id
    from versions_of_{{ feed }}
    union
{% endfor %}
select order_id
from working.orders
where is_active and delivered_at >= $closes_from and delivered_at < $closes_to
