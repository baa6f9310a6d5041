"""Pages of the rulebook that begin something: new rules, and back-tests over the past."""
