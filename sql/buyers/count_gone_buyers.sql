select count(*) from changed_buyers anti join new_profiles using (buyer_id)
