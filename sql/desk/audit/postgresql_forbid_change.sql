create or replace trigger audit_is_never_changed
before update or delete or truncate on audit
for each statement execute function audit_is_append_only()
