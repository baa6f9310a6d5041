create or replace temp table latest_counts as
select warehouse, sku, max(counted_at) as counted_at
from feeds.wms_stock
semi join wanted_skus using (sku)
where counted_at <= $as_of
group by warehouse, sku
