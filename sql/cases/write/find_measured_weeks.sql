-- The groups of response times that may have changed: those with a live case, and those
-- that a changed case was or is in.
create or replace temp table measured_weeks as
select rule_id, owner, date_trunc('week', opened_at at time zone $zone)::date as week
from cases
where resolved_at is null
union
select rule_id, owner, date_trunc('week', opened_at at time zone $zone)::date as week
from changed_cases
