-- Findings that are found anew were over before.
insert into working.resolutions by name
select order_id, rule_id, resolved_at
from findings semi join found using (order_id, rule_id)
where
    findings.resolved_at < $as_of and findings.rowid in (select finding from reassessed)
