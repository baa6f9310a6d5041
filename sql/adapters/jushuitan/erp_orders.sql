-- A merged order holds lines of several shop orders.
with
    of_orders as (
        select
            *,
            unnest(
                case
                    when
                        len(
                            list_filter(
                                each_of(items, '$'),
                                lambda item:nullif(item ->> '$.raw_so_id', '')
                                is not null
                            )
                        )
                        > 0
                    then
                        list_distinct(
                            list_transform(
                                each_of(items, '$'),
                                lambda item:coalesce(
                                    nullif(item ->> '$.raw_so_id', ''), so_id
                                )
                            )
                        )
                    else [so_id]
                end
            ) as order_id
        from orders
    )
select
    o_id as erp_id,
    order_id,
    created as synced_at,
    status,
    nullif(send_date, '') as shipped_at,
    modified as updated_at,
    source_file,
    source_line
from of_orders
