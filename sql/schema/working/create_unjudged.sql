-- The active orders that rules cannot judge, because too little is known of them: the
-- ids of these rules, separated by commas.
create table if not exists working.unjudged (
    order_id varchar not null using compression uncompressed, rules varchar not null
)
