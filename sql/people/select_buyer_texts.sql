-- Every text that says who or where a buyer is; phones are nobody else's.
with own as (select * from feeds.storefront_orders where buyer_id = $buyer)
select phone as text, true as is_own
from own
where phone is not null
union
select unnest([receiver, street, remark]), false
from own
{% if "feedback" in feeds %}
    union
    select text, false
    from feeds.feedback
    where order_id in (select order_id from own)
{% endif %}
{% if "returns" in feeds %}
    union
    select reason, false
    from feeds.returns
    where order_id in (select order_id from own)
{% endif %}
