-- The cases that new words speak of, or of whose orders they judge a finding.
select value as case_id
from new_words
where about = 'case'
union
select case_orders.case_id
from case_orders
inner join cases on case_orders.case_id = cases.case_id
inner join
    new_words
    on case_orders.order_id = new_words.value
    and cases.rule_id = new_words.rule_id
where new_words.about = 'order' and new_words.kind in ('confirmed', 'false_alarm')
