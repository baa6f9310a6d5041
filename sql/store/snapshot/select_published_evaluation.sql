select number, lineage[1] as name from snapshot.working.evaluation
