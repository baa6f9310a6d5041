-- Nothing has happened to these findings: they are there still.
update findings
set last_seen_at = $as_of
where
    state <> 'resolved'
    and not list_contains($blind_rules::varchar[], rule_id)
    and rowid not in (select finding from reassessed)
