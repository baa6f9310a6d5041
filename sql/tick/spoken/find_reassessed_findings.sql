-- The findings that this evaluation looks at again; all others stay as they are.
create or replace temp table reassessed as
select rowid as finding
from findings
where
    order_id is null
    or order_id in (select order_id from affected)
    or (
        list_contains($lasting_rules::varchar[], rule_id)
        and order_id in (select order_id from lasting)
    )
