create or replace trigger said_is_never_changed
before update or delete or truncate on said
for each statement execute function said_is_append_only()
