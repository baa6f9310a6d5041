-- What people said of an order itself, and of its cases.
select said_at, who, kind, why, what, undone_at
from said
where
    about = 'order'
    and value = $order_id
    or about = 'case'
    and value in (select case_id from case_orders where order_id = $order_id)
order by said_at
