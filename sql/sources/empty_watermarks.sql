-- Whether any row names no time.
select
    case
        when
            exists (
                select 1 from ({{ query }}) landed where landed.{{ column }} is null
            )
        then 1
    end as found
    {{ one_row }}
