-- All versions of the keys of a feed that changed.
create or replace temp table versions_of_{{ feed }} as
select {{ columns | join(", ") }}
from feeds.{{ feed }} semi join changed_{{ feed }} using ({{ key | join(", ") }})
