-- Findings that people say something else of are written again.
insert into reassessed
select findings.rowid as finding
from findings
    semi join
    reworded
    on findings.order_id = reworded.order_id
    and findings.rule_id = reworded.rule_id
where findings.state <> 'resolved'
