-- Of every feed the worst share of rejected rows among its newest files, however many
-- these are, each as it was last loaded. Few rejected rows are no share.
with
    last_loads as (
        select
            feed,
            file,
            max(load_number) as load_number,
            arg_max(rows - totals_lines, load_number) as rows
        from feeds.loads
        group by feed, file
    ),
    standing as (
        select feed, file, sum(rows) as rows
        from rejected_rows
        where
            is_standing
            and line is not null
            and not list_contains($kinds_of_no_record::varchar[], kind)
        group by feed, file
    ),
    growing as (
        select
            last_loads.feed,
            sum(last_loads.rows) over newest_first as rows,
            sum(coalesce(standing.rows, 0)) over newest_first as rejected
        from last_loads
        left join standing using (feed, file)
        window
            newest_first as (
                partition by last_loads.feed order by last_loads.load_number desc
            )
    )
select feed, max(rejected / rows) as share
from growing
where rejected >= $at_least
group by feed
