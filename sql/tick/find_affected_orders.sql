-- The orders whose findings may differ from those of the evaluation before: touched
-- ones, active ones that share a buyer or an address with them or with what has left a
-- window, and those that time or a price has caught up with. A finding tells how long
-- something has lasted, so every order that has one is affected.
create or replace temp table affected as
with
    buyers as (
        select buyer_id from working.orders semi join touched using (order_id)
        union
        select buyer_id from touched_now
{% if has_returns %}
            union
            select orders.buyer_id
            from working.orders as orders
            semi join
                (
                    select order_id
                    from feeds.returns
                    where
                        false
    {% for start, stop in return_windows %}
                            or (
                                requested_at >= {{ start | literal }}::timestamptz
                                and requested_at < {{ stop | literal }}::timestamptz
                            )
    {% endfor %}
                ) using (order_id)
{% endif %}
    ),
    addresses as (
        select address_key from working.orders semi join touched using (order_id)
        union
        select address_key from touched_now
        union
        select address_key
        from working.orders
        where
            false
{% for start, stop in address_windows %}
                or (
                    placed_at >= {{ start | literal }}::timestamptz
                    and placed_at < {{ stop | literal }}::timestamptz
                )
{% endfor %}
    )
select order_id from touched
union
select order_id from working.orders semi join buyers using (buyer_id) where is_active
union
select order_id
from working.orders semi join addresses using (address_key) where is_active
union
select order_id from findings where state <> 'resolved' and order_id is not null
union
select order_id from working.due where due_at <= $as_of
union
select order_id from hit_by_comparison
