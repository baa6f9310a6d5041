select rules, count(*) from working.unjudged group by rules
