select max(as_of) from health_score
