-- Pending and Expired are no events: nothing is known yet, or the feed has ended. A
-- parcel that goes back to its sender does so from its last checkpoint on.
with
    told as (
        select
            tracking_number,
            return_to_sender,
            unnest(each_of(checkpoints, '$')) as event,
            unnest(range(1, len(each_of(checkpoints, '$')) + 1)) as place,
            len(each_of(checkpoints, '$')) as places,
            source_file,
            source_line
        from trackings
    )
select
    tracking_number as waybill_no,
    event ->> '$.checkpoint_time' as event_at,
    case
        when event ->> '$.subtag' = 'Exception_003'
        then 'returning'
        when
            return_to_sender = 'true'
            and place = places
            and event ->> '$.tag' <> 'Delivered'
        then 'returning'
        else event ->> '$.tag'
    end as status,
    coalesce(event ->> '$.location', event ->> '$.city') as location,
    event ->> '$.message' as detail,
    source_file,
    source_line
from told
where coalesce(event ->> '$.tag', '') not in ('Pending', 'Expired')
