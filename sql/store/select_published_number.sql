select number from snapshot.working.evaluation
