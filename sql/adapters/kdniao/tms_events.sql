-- The order of the traces is nowhere promised, so the state of the parcel is given to
-- none of them: what has no code of its own has no meaning that anybody told.
with
    told as (
        select
            logisticcode,
            unnest(each_of(traces, '$')) as event,
            source_file,
            source_line
        from parcels
    )
select
    logisticcode as waybill_no,
    event ->> '$.AcceptTime' as event_at,
    coalesce(nullif(event ->> '$.Action', ''), 'no_code') as status,
    event ->> '$.Location' as location,
    event ->> '$.AcceptStation' as detail,
    source_file,
    source_line
from told
