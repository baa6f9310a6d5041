-- A fulfilment says that the merchant has sent it. Those of an order stand in it, or
-- come by themselves, with the number of the order instead of its name.
with
    nested as (
        select
            name as order_id,
            unnest(each_of(fulfillments, '$')) as fulfillment,
            source_file,
            source_line,
            rowid as place
        from orders
    ),
    told as (
        select
            fulfillment ->> '$.id' as shipment_id,
            order_id,
            fulfillment ->> '$.created_at' as outbound_at,
            fulfillment ->> '$.tracking_company' as carrier,
            fulfillment ->> '$.tracking_number' as waybill_no,
            fulfillment ->> '$.status' as word,
            fulfillment ->> '$.updated_at' as updated_at,
            source_file,
            source_line,
            place
        from nested
        union all
        select
            fulfillments.id,
            coalesce(names.name, fulfillments.order_id),
            fulfillments.created_at,
            tracking_company,
            tracking_number,
            status,
            fulfillments.updated_at,
            fulfillments.source_file,
            fulfillments.source_line,
            fulfillments.rowid
        from fulfillments
        left join
            (select distinct id, name from orders) as names
            on names.id = fulfillments.order_id
    )
select
    shipment_id,
    order_id,
    case when word = 'success' then outbound_at end as outbound_at,
    carrier,
    waybill_no,
    case
        when word = 'success' then 'shipped' when word = 'cancelled' then 'cancelled'
    end as status,
    updated_at,
    source_file,
    source_line
from told
order by source_file, place
