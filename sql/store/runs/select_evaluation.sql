select as_of, load_number, fingerprint, number, complete_since, lineage
from working.evaluation
