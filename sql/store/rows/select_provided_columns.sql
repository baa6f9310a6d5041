-- A feed has thousands of files after a while, with the same few headers.
with headers as (select distinct feed, columns from feeds.loads)
select feed, list_distinct(flatten(list(columns))) as columns
from headers
group by feed
