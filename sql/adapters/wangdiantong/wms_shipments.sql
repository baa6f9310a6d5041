with
    of_orders as (
        select
            *,
            unnest(
                case
                    when len(each_of(details_list, '$')) > 0
                    then
                        list_distinct(
                            list_transform(
                                each_of(details_list, '$'),
                                lambda line:line ->> '$.src_tid'
                            )
                        )
                    else string_split(src_trade_no, ',')
                end
            ) as order_id
        from stockouts
    )
select
    order_no as shipment_id,
    order_id,
    warehouse_no as warehouse,
    case
        when status = '110' then nullif(from_milliseconds(consign_time), '')
    end as outbound_at,
    nullif(logistics_name, '无') as carrier,
    nullif(logistics_no, '') as waybill_no,
    case
        when status in ('54', '70', '74', '75', '77', '79')
        then
            case
                when coalesce(logistics_print_status, '0') <> '0'
                then 'printed'
                else 'received'
            end
        else status
    end as status,
    modified as updated_at,
    source_file,
    source_line
from of_orders
