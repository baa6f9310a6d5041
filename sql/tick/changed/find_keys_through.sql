-- What the records of a feed share with these orders, such as a waybill: records that
-- name no order are found by it.
create or replace temp table keys_of_{{ path.feed }} as
{% if path.through %}
    select record.{{ path.by }}
    from feeds.{{ path.through }} as record
    semi join {{ orders }} using (order_id)
    where record.{{ path.by }} is not null
{% endif %}
{% if path.through and path.names_order %}
    union
{% endif %}
{% if path.names_order %}
    select record.{{ path.by }}
    from feeds.{{ path.feed }} as record
    semi join {{ orders }} using (order_id)
{% endif %}
{% if not path.through and not path.names_order %}
    select null::varchar as {{ path.by }}
    where false
{% endif %}
