delete from actions where action_id in (select action_id from changed_actions)
