-- Addresses are known by their secret hashes, as in order_fact.
create or replace table snapshot.said as
select
    entry,
    said_at,
    masked_text(plain_text(who)) as who,
    kind,
    rule_id,
    about,
    case
        when about = 'address' and not regexp_full_match(value, '[0-9a-f]{24}')
        then left(sha256($secret || hash(value)), 24)
        else plain_text(value)
    end as value,
    until,
    masked_text(plain_text(why)) as why,
    masked_text(plain_text(what)) as what,
    undone_at
from main.said
