-- Addresses are known by their secret hashes, as in order_fact.
create or replace table snapshot.cases as
select
    * replace (
        case
            when cause_kind = 'address'
            then left(sha256($secret || hash(cause)), 24)
            else cause
        end as cause,
        masked_text(plain_text(assignee)) as assignee,
        masked_text(plain_text(owner)) as owner
    )
from main.cases
