-- What is looked at of the orders that the features of affected ones look at: their own
-- records, and by the key that they share those placed no longer than a span before the
-- first of them, those placed or returned lately, or all of them.
-- Few were placed before the earliest of all spans and returned lately: looked up apart
-- they let DuckDB pass over most of a long history.
create or replace temp table neighbours as
with
    own as (
        select {{ columns | join(", ") }}
        from working.orders semi join affected_orders using (order_id)
    )
{% if returned %}
        ,
        returned as (select order_id from feeds.returns where requested_at >= $window_from)
{% endif %}
{% for key in near %}
        ,
        groups_of_{{ key }} as (
            select {{ key }}_number, min(placed_at) - {{ near[key] | literal }}::interval as placed_from
            from affected_orders
            group by {{ key }}_number
        ),
        near_{{ key }} as materialized (
            select {{ columns | join(", ") }}, {{ key }}_number
            from working.orders semi join groups_of_{{ key }} using ({{ key }}_number)
            where placed_at >= $first_placed_at::timestamptz - {{ near[key] | literal }}::interval
        )
{% endfor %}
select *
from own
{% for key in near %}
    union
    select near_{{ key }}.* exclude ({{ key }}_number)
    from near_{{ key }}
    inner join groups_of_{{ key }} using ({{ key }}_number)
    where near_{{ key }}.placed_at >= groups_of_{{ key }}.placed_from
{% endfor %}
{% for key in returned %}
    union
    select {{ columns | join(", ") }}
    from
        (
            select {{ columns | join(", ") }}, {{ key }}_number
            from working.orders semi join returned using (order_id)
        )
    semi join affected_orders using ({{ key }}_number)
{% endfor %}
{% for key in lately %}
    union
    select {{ columns | join(", ") }}
    from working.orders semi join affected_orders using ({{ key }}_number)
    where placed_at >= $window_from
{% endfor %}
{% for key in all_of %}
    union
    select {{ columns | join(", ") }}
    from working.orders semi join affected_orders using ({{ key }}_number)
{% endfor %}
{% if shares_shipments %}
    union
    select {{ columns | join(", ") }}
    from working.orders semi join sharing_affected using (order_id)
{% endif %}
