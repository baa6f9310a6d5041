-- Rows and their sum, per day of the last days, of what has landed: of every key its
-- newest row.
with
    landed as (
        select
            regexp_extract(filename, '_(\d{8}T\d{12}Z)_', 1) as landed_at,
            {% for column in key %}
                {{ column | identifier }} as key_{{ loop.index }},
            {% endfor %}
            {{ by | identifier }} as by_text,
            {{ (summed | identifier) if summed else "null" }} as summed
        from
            read_csv(
                [
                    {% for file in files %}
                        {{ file | literal_path }}{{ ", " if not loop.last }}
                    {% endfor %}
                ],
                header = true,
                delim = ',',
                quote = '"',
                escape = '"',
                all_varchar = true,
                union_by_name = true,
                ignore_errors = true,
                filename = true
            )
    ),
    newest as (
        select
            max_by(coalesce(by_text, ''), landed_at) as by_text,
            max_by(coalesce(summed, ''), landed_at) as summed
        from landed
        group by
            {% for column in key %}
                key_{{ loop.index }}{{ ", " if not loop.last }}
            {% endfor %}
    )
select
    left(by_text, 10) as day,
    count(*) as records,
    sum(try_cast(summed as decimal(38, 8))) as total
from newest
where left(by_text, 10) >= {{ first | literal }}
group by day
order by day
