-- Of every feed the worst share of rejected rows among its newest files, however many
-- these are, each as it was last loaded. Few rejected rows are no share. Where a load
-- went on behind the one before, as adapters do, both are of one file; rejected rows
-- of the platform's own files belong to the newest load of their feed.
with
    begun as (
        select
            feed,
            file,
            max(load_number) filter (
                where stamp is distinct from $continues
            ) as load_number
        from feeds.loads
        group by feed, file
    ),
    last_loads as (
        select
            loads.feed,
            loads.file,
            max(loads.load_number) as load_number,
            sum(loads.rows - loads.totals_lines) as rows
        from feeds.loads as loads
        inner join
            begun
            on loads.feed = begun.feed
            and loads.file = begun.file
            and loads.load_number >= begun.load_number
        group by loads.feed, loads.file
    ),
    newest as (
        select feed, arg_max(file, load_number) as file from last_loads group by feed
    ),
    standing as (
        select
            rejected.feed,
            coalesce(last_loads.file, newest.file) as file,
            sum(rejected.rows) as rows
        from rejected_rows as rejected
        left join last_loads using (feed, file)
        left join newest on rejected.feed = newest.feed
        where
            rejected.is_standing
            and rejected.line is not null
            and not list_contains($kinds_of_no_record::varchar[], rejected.kind)
        group by all
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
