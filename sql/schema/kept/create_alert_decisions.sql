-- What the alert policy decided, for a subject as a whole or for some of its cases. It
-- holds until the next decision on the same; what is decided again in the same way is
-- not written again.
-- kind and score are those of the message that was, or would have been, sent.
create table if not exists alert_decisions(
    as_of timestamptz not null,
    subject varchar not null,
    channel varchar not null,
    decision varchar not null check (
        decision in (
            'sent',
            'reminder',
            'digested',
            'throttled',
            'silenced',
            'inhibited',
            'acknowledged',
            'quiet_hours',
            'unchanged',
            'unmatched'
        )
    ),
    reason varchar not null,
    cases varchar [] not null,
    kind varchar,
    score decimal(5, 2)
)
