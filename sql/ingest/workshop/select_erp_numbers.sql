select distinct erp_id, order_id from feeds.erp_orders order by erp_id, order_id
