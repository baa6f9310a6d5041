-- The lines that are not empty are counted. The report is cut off after 10,000
-- characters: what is longer may hide more lines. Empty lines before a record are
-- sometimes reported as part of it. Of what an open quote swallows, where it is longer
-- than what DuckDB holds, the line before it is reported, whose quotes are closed.
with
    pieces as (
        select
            line_byte_position
            - 1
            + max(length(csv_line) - length(ltrim(csv_line, chr(10)))) as position,
            max(trim(csv_line, chr(10))) as piece,
            arg_min(error_type::varchar, error_message) as error_type,
            min(split_part(error_message, chr(10), 1)) as reason,
            bool_or(error_type = 'UNQUOTED VALUE') as is_unquoted
        from reject_errors
        group by line_byte_position
    ),
    counted as (
        select *, 1 + len(regexp_extract_all(piece, '\n+')) as lines from pieces
    ),
    judged as (
        select
            *,
            split_part(piece, chr(10), 1) as first_line,
            is_unquoted
            and (len(first_line) - len(replace(first_line, '"', ''))) % 2
            = 0 as is_line_before,
            length(piece) >= 9999
            or (is_unquoted and lines > 1)
            or is_line_before as is_swallowing
        from counted
    )
select
    case
        when is_line_before then position + strlen(first_line) + 1 else position
    end as position,
    lines,
    case
        error_type
        when 'MISSING COLUMNS'
        then 'wrong_field_count'
        when 'TOO MANY COLUMNS'
        then 'wrong_field_count'
        when 'LINE SIZE OVER MAXIMUM'
        then 'too_large'
        when 'INVALID ENCODING'
        then 'broken_character'
        else 'broken_quotes'
    end as kind,
    null::varchar as column_name,
    reason,
    case
        when not is_line_before
        then
            to_json(
                {'text': case when is_swallowing then first_line else piece end}
            )::varchar
    end as row,
    is_swallowing
from judged
order by position
