select count(*) from feeds.{{ feed }}
