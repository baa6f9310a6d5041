-- The orders that a text names: by their own ids, or by what they are looked for.
with
    found as (
        select order_id, 'order' as kind
        from working.records
        where order_hash = md5_number_lower($text) and order_id = $text
        union
        select order_id, kind
        from working.search_keys
        where key_hash = md5_number_lower($text) and key = $text
    )
select order_id, string_agg(distinct kind, ' ') as kinds
from found
group by order_id
order by order_id desc
limit $at_most
