-- What the feeds, or a person, say meanwhile counts more than what the sink answered.
update actions
set
    state = outcomes.state,
    attempts = outcomes.attempts,
    last_error = outcomes.last_error,
    sent_at = outcomes.sent_at,
    expires_at = coalesce(outcomes.expires_at, actions.expires_at)
from outcomes
where actions.action_id = outcomes.action_id and actions.state = 'unknown'
