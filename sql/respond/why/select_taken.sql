-- Who took cases, last of all.
select
    case_id,
    arg_max(entry, "at") as entry,
    arg_max(who, "at") as who,
    arg_max(why, "at") as why,
    max("at") as said_at
from case_history
where case_id in (select unnest($cases)) and what in ('acknowledged', 'assigned')
group by case_id
