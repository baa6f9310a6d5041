delete from response_times
using measured_weeks
where
    response_times.rule_id = measured_weeks.rule_id
    and response_times.owner = measured_weeks.owner
    and response_times.week = measured_weeks.week
