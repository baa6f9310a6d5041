-- What people have to say something about: actions that nobody approved, and those of
-- which nobody knows whether they arrived.
select type, state, count(*) as actions
from actions
where sink is not null and state in ('proposed', 'unknown') and proposed_at <= $as_of
group by type, state
order by state, actions desc, type
