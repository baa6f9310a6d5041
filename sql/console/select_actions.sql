select type, state, sink, proposed_at, approved_by, sent_at, confirmed_at
from actions
where order_id = $order_id
order by proposed_at
