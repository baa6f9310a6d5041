-- What systems write where something has not happened, as it stands in no_time.yml;
-- `written` is what written_instant gives.
create or replace temp macro says_no_time(written) as
    left(written, 10) in ({{ no_time.days | map("literal") | join(", ") }})
    or regexp_replace(written, '\.0+$', '') in ({{ no_time.local | map("literal") | join(", ") }})
    or lower(written) in ({{ no_time.words | map("literal") | join(", ") }})
    or coalesce(instant_of(written) in ({{ no_time.instants | map("literal") | join(", ") }}), false)
