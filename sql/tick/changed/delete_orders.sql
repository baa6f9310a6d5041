delete from {{ table }} where order_id in (select order_id from {{ orders }})
