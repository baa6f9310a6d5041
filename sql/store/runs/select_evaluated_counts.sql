select rule_id, evaluated from rule_results where as_of = $as_of
