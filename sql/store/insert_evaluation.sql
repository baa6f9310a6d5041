insert into working.evaluation (as_of, load_number, fingerprint)
values ($as_of, $load_number, $fingerprint)
