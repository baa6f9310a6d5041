select as_of, load_number, fingerprint, number, complete_since from working.evaluation
