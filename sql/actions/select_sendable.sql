-- What may go to a sink now: what was approved and is still wanted, and, where a sink
-- knows a key again, what nobody can say of whether it arrived.
select actions.*
from actions
left join working.action_waits using (action_id)
left join findings using (order_id, rule_id)
where
    actions.sink = $sink
    and (
        actions.state in ('proposed', 'approved')
        or (
            actions.state = 'unknown'
            and (
                $is_idempotent
                or actions.action_id in (select unnest($spoken_of::varchar[]))
            )
        )
    )
    and (findings.state = 'open' or list_contains($endings::varchar[], actions.type))
    and (action_waits.next_attempt_at is null or action_waits.next_attempt_at <= $now)
order by actions.proposed_at, actions.action_id
