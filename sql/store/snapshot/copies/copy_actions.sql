-- Whom an action concerns, and where that person lives, is left out.
create or replace table snapshot.actions as
select
    * replace (
        masked_text(plain_text(last_error)) as last_error,
        masked_text(plain_text(approved_by)) as approved_by,
        json_merge_patch(payload, '{"receiver": null}') as payload
    )
from main.actions
