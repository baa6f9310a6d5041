-- What was found earlier and is not looked at again.
select
    order_id,
    rule_id,
    stage,
    severity,
    state,
    explained_by,
    evidence::varchar as evidence
from findings
where state <> 'resolved' and rowid not in (select finding from reassessed)
