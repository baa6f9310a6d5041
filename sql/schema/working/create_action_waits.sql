-- Before which instant an action is not tried again.
create table if not exists working.action_waits (
    action_id varchar not null,
    next_attempt_at timestamptz not null
)
