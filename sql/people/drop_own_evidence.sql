-- Open findings get their evidence anew; settled ones keep that they were there.
update findings
set evidence = '{}'
where order_id in (select unnest($ids))
