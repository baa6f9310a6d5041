-- A rejected row is shown as it came.
delete from rejected_rows
where
    exists (
        select 1
        from unnest($texts) as own(text)
        where contains(rejected_rows.row::varchar, own.text)
    )
