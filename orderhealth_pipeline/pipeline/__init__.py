"""One run, from files to alert: the stages put together around the store, for command line and Dagster."""
