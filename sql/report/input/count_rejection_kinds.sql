-- The kinds of reasons of the rows that are missing, the most frequent first, each with
-- the value that the first of its rows was rejected for.
with
    standing as (
        select
            feed,
            coalesce(kind, 'unreadable_file') as kind,
            column_name,
            row,
            rows,
            row_number() over (
                partition by feed, kind order by column_name is null, file, line
            ) as position
        from rejected_rows
        where is_standing and line is not null
    ),
    counted as (
        select
            feed,
            kind,
            sum(rows)::bigint as rows,
            any_value(column_name) filter (position = 1) as column_name,
            any_value(row) filter (position = 1) as row
        from standing
        group by feed, kind
    )
select
    feed,
    kind,
    rows,
    column_name,
    case
        when json_type(row) = 'OBJECT'
        then row ->> ('$."' || replace(column_name, '"', '') || '"')
    end as sample
from counted
order by feed, rows desc, kind
