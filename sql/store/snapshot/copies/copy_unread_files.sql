create or replace table snapshot.unread_files as
select
    masked_text(plain_text(file)) as file,
    why,
    masked_text(plain_text(guess)) as guess,
    masked_reason(plain_text(detail)) as detail
from main.unread_files
