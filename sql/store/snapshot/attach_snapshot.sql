-- It takes the old one's place when it is complete: until then nobody needs a record of
-- what was written.
attach {{ path | literal }} as snapshot
{% if read_only %}(read_only)
{% else %}(recovery_mode no_wal_writes)
{% endif %}
