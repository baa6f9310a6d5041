create trigger if not exists audit_is_never_deleted
before delete on audit
begin
    select raise(abort, 'the audit log is append-only');
end
