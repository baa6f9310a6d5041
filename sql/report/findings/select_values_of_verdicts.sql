-- What rules compared of the findings that people judged.
select
    verdicts.rule_id,
    verdicts.kind,
    try_cast(findings.evidence ->> '$.value' as double) as value
from verdicts
inner join
    findings
    on findings.order_id = verdicts.order_id
    and findings.rule_id = verdicts.rule_id
