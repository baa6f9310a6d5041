create or replace view buyer_profile as
select buyers.* exclude (buyer_number, changed_in)
from working.buyers as buyers
