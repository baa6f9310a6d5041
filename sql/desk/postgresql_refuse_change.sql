create or replace function said_is_append_only()
returns trigger
language plpgsql
as $$ begin raise exception 'the log of what people said is append-only'; end $$
