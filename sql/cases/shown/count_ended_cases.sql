select count(*) from cases where resolved_at is not null
