-- Every report is a version, which keeps what the ones before told. The warehouse
-- speaks of the ERP's number; a confirmation names the shop's orders line by line.
with
    steps as (
        select
            "order.orderCode" as code,
            "process.processStatus" as status,
            "process.operateTime" as told_at,
            "order.warehouseCode" as warehouse,
            nullif("process.expressCode", '') as waybill_no,
            null::varchar as carrier,
            0 as place,
            source_file,
            source_line
        from reports
        where
            "process.processStatus"
            not in ('SIGN', 'REFUSE', 'TMSCANCELED', 'TMSCANCELFAILED')
        union all
        select
            "deliveryOrder.deliveryOrderCode",
            "deliveryOrder.status",
            "deliveryOrder.orderConfirmTime",
            "deliveryOrder.warehouseCode",
            each_of(packages, '$.package')[1] ->> '$.expressCode',
            coalesce(
                each_of(packages, '$.package')[1] ->> '$.logisticsName',
                each_of(packages, '$.package')[1] ->> '$.logisticsCode'
            ),
            1,
            source_file,
            source_line
        from confirmations
    ),
    named as (
        select distinct
            "deliveryOrder.deliveryOrderCode" as code,
            unnest(
                list_transform(
                    each_of(orderlines, '$.orderLine'),
                    lambda line:line ->> '$.orderSourceCode'
                )
            ) as order_id
        from confirmations
        union
        select erp_id as code, order_id
        from erp_numbers
    ),
    kept as (
        select
            *,
            max(case when status = 'PRINT' then told_at end) over so_far as printed_at,
            max(
                case when status in ('DELIVERED', 'CONFIRM') then told_at end
            ) over so_far as outbound_at,
            last_value(waybill_no ignore nulls) over so_far as known_waybill_no,
            last_value(carrier ignore nulls) over so_far as known_carrier
        from steps
        window
            so_far as (
                partition by code
                order by told_at, place
                rows between unbounded preceding and current row
            )
    )
select
    kept.code as shipment_id,
    coalesce(named.order_id, kept.code) as order_id,
    warehouse,
    printed_at,
    outbound_at,
    known_carrier as carrier,
    known_waybill_no as waybill_no,
    status,
    told_at as updated_at,
    source_file,
    source_line
from kept
left join named on named.code = kept.code
order by kept.code, told_at, place
