-- Orders that nothing has happened to, with a finding that tells how long it has lasted
-- or what a price is compared with: only that is measured again.
create or replace temp table lasting as
select distinct order_id
from findings
where
    state <> 'resolved'
    and list_contains($lasting_rules::varchar[], rule_id)
    and order_id is not null
    and order_id not in (select order_id from affected)
