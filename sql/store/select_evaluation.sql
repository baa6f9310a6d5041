select as_of, load_number, fingerprint from working.evaluation
