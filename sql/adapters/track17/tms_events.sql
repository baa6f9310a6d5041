-- Of a stage with many words, those that stand by themselves are in the vocabulary.
-- NotFound and Expired are no events.
with
    told as (
        select
            number,
            unnest(
                flatten(
                    list_transform(
                        each_of(track_info, '$.tracking.providers'),
                        lambda provider:each_of(provider, '$.events')
                    )
                )
            ) as event,
            source_file,
            source_line
        from parcels
    )
select
    number as waybill_no,
    coalesce(event ->> '$.time_utc', event ->> '$.time_iso') as event_at,
    case
        when event ->> '$.sub_status' = 'InTransit_PickedUp'
        then event ->> '$.sub_status'
        when starts_with(event ->> '$.sub_status', 'InTransit_')
        then 'in_transit'
        when
            starts_with(event ->> '$.sub_status', 'OutForDelivery_')
            or starts_with(event ->> '$.sub_status', 'AvailableForPickup_')
        then 'out_for_delivery'
        when starts_with(event ->> '$.sub_status', 'Delivered_')
        then 'delivered'
        when
            starts_with(event ->> '$.sub_status', 'DeliveryFailure_')
            and event ->> '$.sub_status' <> 'DeliveryFailure_Rejected'
        then 'exception'
        else coalesce(event ->> '$.sub_status', event ->> '$.stage')
    end as status,
    event ->> '$.location' as location,
    event ->> '$.description' as detail,
    source_file,
    source_line
from told
where not regexp_matches(coalesce(event ->> '$.sub_status', ''), '^(NotFound|Expired)')
