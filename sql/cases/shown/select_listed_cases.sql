select * from cases where resolved_at is null or $with_ended
