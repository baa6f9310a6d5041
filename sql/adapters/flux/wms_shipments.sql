-- Every state is a version, which keeps what the ones before told.
with
    parcels as (
        select
            omsorderno as code,
            warehouseid as warehouse,
            max(deliveryno) as waybill_no,
            max(coalesce(carriername, carrierid)) as carrier,
            max(each_of(item, '$')[1] ->> '$.ShippedTime') as shipped_at,
            min(source_file) as source_file,
            min(source_line) as source_line
        from shipped
        group by omsorderno, warehouseid
    ),
    steps as (
        select
            orderno as code,
            warehouseid as warehouse,
            status as status,
            time as told_at,
            source_file,
            source_line
        from states
        union all
        select code, warehouse, '80', shipped_at, source_file, source_line
        from parcels
        where code not in (select orderno from states where status in ('80', '99'))
    )
select
    steps.code as shipment_id,
    steps.code as order_id,
    steps.warehouse,
    min(case when status in ('80', '99') then told_at end) over (
        partition by steps.code
        order by told_at
        rows between unbounded preceding and current row
    ) as outbound_at,
    parcels.carrier,
    parcels.waybill_no,
    steps.status,
    told_at as updated_at,
    steps.source_file,
    steps.source_line
from steps
left join parcels on parcels.code = steps.code
order by steps.code, told_at
