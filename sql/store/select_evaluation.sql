select as_of, load_number, fingerprint, exceptions, number, complete_since, lineage
from working.evaluation
