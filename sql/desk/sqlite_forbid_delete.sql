create trigger if not exists said_is_never_deleted
before delete on said
begin
    select raise(abort, 'the log of what people said is append-only');
end
