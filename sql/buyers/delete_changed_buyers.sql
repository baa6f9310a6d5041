delete from working.buyers where buyer_id in (select buyer_id from changed_buyers)
