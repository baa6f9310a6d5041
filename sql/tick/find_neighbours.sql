-- What is looked at of the orders that the features of affected ones look at: those of
-- their buyers placed no longer than a span before the first of them or lately
-- returned,
-- and those that lately went to their addresses.
create or replace temp table neighbours as
with
    buyers as (
        select buyer_id, min(placed_at) - $span::interval as placed_from
        from affected_orders
        group by buyer_id
    )
select {% for column in columns %} orders.{{ column }}{{ "," if not loop.last }} {% endfor %}
from working.orders as orders
left join buyers using (buyer_id)
where
    -- Lets DuckDB skip most of a long history.
    orders.placed_at
    >= least($first_placed_at::timestamptz - $span::interval, $window_from::timestamptz)
    and (
        orders.placed_at >= buyers.placed_from
        or (
            orders.placed_at >= $window_from
            and orders.address_key in (
                select address_key from affected_orders where address_key is not null
            )
        )
    )
{% if has_returns %}
    union
    select {% for column in columns %} orders.{{ column }}{{ "," if not loop.last }} {% endfor %}
    from working.orders as orders
    semi join buyers using (buyer_id)
    semi join
        (select order_id from feeds.returns where requested_at >= $window_from) using (order_id)
{% endif %}
