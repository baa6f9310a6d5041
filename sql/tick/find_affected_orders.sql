-- The orders whose findings may differ from those of the evaluation before: touched
-- ones, active ones that share a buyer or an address with them or with what has left a
-- window, those that a comparison of prices hits or has ceased to hit with the active
-- ones of their buyers, and those that time has caught up with.
create or replace temp table affected as
with
    found as (
        select order_id, rule_id
        from findings
        where state <> 'resolved' and order_id is not null
    ),
    turned as (
        (
            select *
            from hit_by_comparison
            except
            select *
            from found
        )
        union
        (
            select *
            from found
            where list_contains($comparing_rules::varchar[], rule_id)
            except
            select *
            from hit_by_comparison
        )
    ),
    seeds as (
        select order_id
        from touched
        union
        select order_id
        from turned
{% if has_returns %}
            union
            select order_id
            from feeds.returns
            where
                false
    {% for start, stop in windows_left %}
                    or (
                        requested_at >= {{ start | literal }}::timestamptz
                        and requested_at < {{ stop | literal }}::timestamptz
                    )
    {% endfor %}
{% endif %}
    ),
    shared as (
        select buyer_number, address_number
        from touched_before
        union
        select buyer_number, address_number
        from working.orders semi join seeds using (order_id)
        union
        select null, address_number
        from working.orders
        where
            false
{% for start, stop in windows_left %}
                or (
                    placed_at >= {{ start | literal }}::timestamptz
                    and placed_at < {{ stop | literal }}::timestamptz
                )
{% endfor %}
    )
select order_id from touched
union
select order_id from turned
union
select order_id
from working.orders
where
    is_active
    and (
        buyer_number in (select buyer_number from shared where buyer_number is not null)
        or address_number in (select address_number from shared where address_number is not null)
    )
union
select order_id from working.due where due_at <= $as_of
union
select order_id
from found
where $all_found or list_contains($entangled_rules::varchar[], rule_id)
