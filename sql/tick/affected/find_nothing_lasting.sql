create or replace temp table lasting (order_id varchar)
