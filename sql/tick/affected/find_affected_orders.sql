-- The orders whose findings may differ from those of the evaluation before: touched
-- ones, active ones that share a key with them or with what has left a window, those of
-- which a comparison with a price feature has turned with the active ones of their
-- buyers, and
-- those that time has caught up with.
create or replace temp table affected as
with
    turned as (
        (
            select *
            from held_by_price
            except
            select *
            from working.held_by_price
        )
        union
        (
            select *
            from working.held_by_price
            except
            select *
            from held_by_price
        )
    ),
    seeds as (
        select order_id
        from touched
        union
        select order_id
        from turned
{% if returns_left %}
            union
            select order_id
            from feeds.returns
            where
                false
    {% for start, stop in returns_left %}
                    or (
                        requested_at >= {{ start | literal }}::timestamptz
                        and requested_at < {{ stop | literal }}::timestamptz
                    )
    {% endfor %}
{% endif %}
    )
{% for key in keys %}
        ,
        shared_{{ key }} as (
            select {{ key }}_number
            from touched_before
            union
            select {{ key }}_number
            from working.orders semi join seeds using (order_id)
    {% if placed_left.get(key) %}
                union
                select {{ key }}_number
                from working.orders
                where
                    false
        {% for start, stop in placed_left[key] %}
                        or (
                            placed_at >= {{ start | literal }}::timestamptz
                            and placed_at < {{ stop | literal }}::timestamptz
                        )
        {% endfor %}
    {% endif %}
        )
{% endfor %}
select order_id from touched
union
select order_id from turned
{% if keys %}
    union
    select order_id
    from working.orders
    where
        is_active
        and (
            false
    {% for key in keys %}
                or {{ key }}_number in (
                    select {{ key }}_number
                    from shared_{{ key }}
                    where {{ key }}_number is not null
                )
    {% endfor %}
        )
{% endif %}
{% if shares_shipments %}
    union
    select order_id
    from working.orders semi join sharing_touched using (order_id)
    where is_active
{% endif %}
{% if asks_of_buyers %}
    union
    select order_id
    from working.orders semi join changed_buyers using (buyer_id)
    where is_active
{% endif %}
union
select order_id from working.due where due_at <= $as_of
union
select order_id
from findings
where
    state <> 'resolved'
    and order_id is not null
    and list_contains($entangled_rules::varchar[], rule_id)
