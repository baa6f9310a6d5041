-- The asked buyers of whom something else is known now than before, or nothing any
-- more.
create or replace temp table changed_buyers as
select buyer_id
from (
    (
        select *
        from new_profiles
        except
        select * exclude (buyer_number, changed_in)
        from working.buyers semi join asked_buyers using (buyer_id)
    )
)
union
select buyer_id
from working.buyers
semi join asked_buyers using (buyer_id)
anti join new_profiles using (buyer_id)
