-- The customers of whom any record ever said that they were born on one of these days,
-- as month * 100 + day. Which record counts is for who reads them.
create or replace temp table birthdays as
select distinct buyer_id
from feeds.customers
where list_contains($days::integer[], month(birthday) * 100 + day(birthday))
