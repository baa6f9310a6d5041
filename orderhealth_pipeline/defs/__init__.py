"""Dagster's shell around the pipeline: assets, checks, jobs, schedules, sensors, resources."""
