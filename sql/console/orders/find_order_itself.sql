-- Orders whose records are not published: they are looked for among all.
select order_id, case when order_id = $text then 'order' else 'buyer' end as kinds
from order_fact
where order_id = $text or buyer_id = $text
order by placed_at desc
limit $at_most
