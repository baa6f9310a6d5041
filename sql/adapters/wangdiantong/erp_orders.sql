-- The orders stand in the lines: the list of the trade may be cut.
with
    of_orders as (
        select
            *,
            unnest(
                case
                    when len(each_of(detail_list, '$')) > 0
                    then
                        list_distinct(
                            list_transform(
                                each_of(detail_list, '$'),
                                lambda line:line ->> '$.src_tid'
                            )
                        )
                    else string_split(src_tids, ',')
                end
            ) as order_id
        from trades
    )
select
    trade_no as erp_id,
    order_id,
    from_milliseconds(created) as synced_at,
    trade_status as status,
    from_milliseconds(consign_time) as shipped_at,
    modified as updated_at,
    source_file,
    source_line
from of_orders
