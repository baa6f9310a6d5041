-- Half an emoji, which a text cut short ends with, is no reason to lose the object: it
-- becomes the sign for what cannot be shown. To find it, every escape is marked first:
-- what keeps its mark behind a whole one is none.
create or replace temp table staged_objects as
with
    numbered as (
        select record_number as record, line, try_cast(line as json) as object
        from held_records
    ),
    mended as (
        select
            record,
            case
                when object is null and regexp_matches(line, '\\u[dD][89a-fA-F]')
                then
                    try_cast(
                        replace(
                            regexp_replace(
                                regexp_replace(
                                    line,
                                    '(\\[^u]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}',
                                    '\1' || chr(65534),
                                    'g'
                                ),
                                '(\\[^u]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})' || chr(65534),
                                '\1',
                                'g'
                            ),
                            chr(65534),
                            chr(65533)
                        ) as json
                    )
                else object
            end as line
        from numbered
    )
select *
from mended
where coalesce(json_type(line) = 'OBJECT', false)
order by record
