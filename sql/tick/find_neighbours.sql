-- What is looked at of the orders that the features of affected ones look at. Of their
-- buyers: those placed no longer than a span before the first of them, or lately
-- returned. Of their addresses: those that went there lately.
-- Few were placed before $placed_from and returned lately: looked up apart, by what was
-- returned alone, they let DuckDB pass over most of a long history.
create or replace temp table neighbours as
with
    buyers as (
        select buyer_number, min(placed_at) - $span::interval as placed_from
        from affected_orders
        group by buyer_number
    ),
    of_buyers as materialized (
        select {{ columns | join(", ") }}, buyer_number
        from working.orders semi join buyers using (buyer_number)
        where placed_at >= $placed_from::timestamptz
    )
{% if has_returns %}
        ,
        returned as (select order_id from feeds.returns where requested_at >= $window_from),
        returned_lately as materialized (
            select {{ columns | join(", ") }}, buyer_number
            from working.orders semi join returned using (order_id)
            where placed_at < $placed_from::timestamptz
        )
{% endif %}
select of_buyers.* exclude (buyer_number)
from of_buyers
inner join buyers using (buyer_number)
where of_buyers.placed_at >= buyers.placed_from
{% if has_returns %}
    union
    select * exclude (buyer_number)
    from of_buyers semi join returned using (order_id)
    union
    select * exclude (buyer_number)
    from returned_lately semi join buyers using (buyer_number)
{% endif %}
union
select {{ columns | join(", ") }}
from working.orders semi join affected_orders using (address_number)
where placed_at >= $window_from
