-- Files that could not be read stay unread while their rejections stand, though no run
-- tries them again.
with
    named as (
        select file, why, guess, null as kind, null as column_name, detail
        from unread_files
        where why <> 'unreadable'
    ),
    rejected as (
        select
            file,
            'unreadable' as why,
            null as guess,
            any_value(kind) as kind,
            any_value(column_name) as column_name,
            any_value(reason) as detail
        from rejected_rows
        where is_standing and line is null and file not in (select file from named)
        group by file
    )
from named
union all
from rejected
order by why not in ('unreadable', 'unknown_name'), file
