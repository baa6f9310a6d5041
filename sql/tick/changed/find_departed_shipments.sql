-- Any version of the shipment may say so; which one counts is told apart when it is
-- read.
create or replace temp table departed_shipments as
select distinct shipment_id
from feeds.wms_shipments
where outbound_at > (select min(counted_at) from latest_counts)
