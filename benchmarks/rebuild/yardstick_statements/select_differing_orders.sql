-- Rows of order_fact that only one of the two has, in the columns that others may read.
with
    of_pipeline as (
        select
            order_id,
            shop,
            buyer_id,
            stage,
            is_active,
            placed_at,
            paid_at,
            paid_amount,
            erp_synced_at,
            erp_shipped_at,
            printed_at,
            outbound_at,
            picked_up_at,
            last_scan_at,
            delivered_at,
            amount,
            address_key,
            address_complete,
            phone_valid,
            status_storefront,
            status_payment,
            status_erp,
            status_wms,
            status_tms,
            warehouse,
            carrier,
            as_of
        from store.order_fact
    ),
    of_yardstick as (
        select * exclude (findings) from assessed_orders where order_id is not null
    ),
    only_in_pipeline as (
        select *
        from of_pipeline
        except all
        select *
        from of_yardstick
    ),
    only_in_yardstick as (
        select *
        from of_yardstick
        except all
        select *
        from of_pipeline
    )
select 'pipeline' as only_in, *
from only_in_pipeline
union all
select 'yardstick', *
from only_in_yardstick
order by order_id, only_in
