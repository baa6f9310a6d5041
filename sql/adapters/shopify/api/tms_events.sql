-- An event names its fulfilment, and that the parcel's number.
select
    coalesce(parcels.tracking_number, fulfillment_events.fulfillment_id) as waybill_no,
    fulfillment_events.happened_at as event_at,
    lower(fulfillment_events.status) as status,
    fulfillment_events.city as location,
    fulfillment_events.message as detail,
    fulfillment_events.source_file,
    fulfillment_events.source_line
from fulfillment_events
left join
    (
        select id, max(tracking_number) as tracking_number from fulfillments group by id
    ) as parcels
    on parcels.id = fulfillment_events.fulfillment_id
order by fulfillment_events.rowid
