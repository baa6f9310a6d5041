select cases.*
from cases
semi join
    measured_weeks
    on cases.rule_id = measured_weeks.rule_id
    and cases.owner = measured_weeks.owner
    and date_trunc('week', cases.opened_at at time zone $zone)::date
    = measured_weeks.week
