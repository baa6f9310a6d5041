create or replace table snapshot.case_history as
select
    case_id,
    "at",
    masked_text(plain_text(who)) as who,
    what,
    masked_text(plain_text(before)) as before,
    masked_text(plain_text(after)) as after,
    masked_text(plain_text(why)) as why,
    entry
from main.case_history
