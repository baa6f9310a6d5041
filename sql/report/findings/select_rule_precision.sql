-- What people say of rules, as the latest run knew it: nothing of it is known of
-- others.
select
    rule_id,
    confirmed,
    false_alarms,
    proposed_operator,
    proposed_figure,
    false_alarms_lost
from rule_precision
where (select max(as_of) from health_score) = $as_of::timestamptz
