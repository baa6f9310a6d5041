insert into working.buyers by name
select *, hash(buyer_id) as buyer_number, $number as changed_in
from new_profiles semi join changed_buyers using (buyer_id)
