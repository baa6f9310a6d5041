delete from working.action_waits
where action_id in (select action_id from changed_waits)
