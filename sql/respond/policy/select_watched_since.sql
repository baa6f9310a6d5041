select min(as_of) from health_score
