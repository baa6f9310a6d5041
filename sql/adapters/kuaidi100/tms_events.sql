-- The newest event comes first, and the state of the whole is the state of that one.
-- Without a code an event has no meaning that anybody told.
with
    told as (
        select
            nu as waybill_no,
            state,
            unnest(each_of(data, '$')) as event,
            unnest(range(0, len(each_of(data, '$')))) as place,
            source_file,
            source_line
        from answers
    ),
    coded as (
        select
            *,
            coalesce(
                nullif(event ->> '$.statusCode', ''),
                case when place = 0 then nullif(state, '') end,
                nullif(event ->> '$.status', ''),
                'no_code'
            ) as code
        from told
    )
select
    waybill_no,
    coalesce(nullif(event ->> '$.ftime', ''), event ->> '$.time') as event_at,
    case
        when code = '1' and regexp_matches(event ->> '$.context', '下单|接单')
        then 'registered'
        else code
    end as status,
    coalesce(nullif(event ->> '$.location', ''), event ->> '$.areaName') as location,
    event ->> '$.context' as detail,
    source_file,
    source_line
from coded
