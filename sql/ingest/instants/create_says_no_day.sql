create or replace temp macro says_no_day(written) as
    left(written, 10) in ({{ no_time.birthdays | map("literal") | join(", ") }})
    or lower(written) in ({{ no_time.words | map("literal") | join(", ") }})
