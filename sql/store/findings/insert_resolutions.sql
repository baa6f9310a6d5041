-- Findings that are found anew were over before.
insert into working.resolutions by name
select findings.order_id, findings.rule_id, findings.resolved_at
from findings
    semi join
    found
    on findings.rule_id = found.rule_id
    and findings.order_id is not distinct from found.order_id
where
    findings.resolved_at < $as_of and findings.rowid in (select finding from reassessed)
