"""The same eleven rules by other means: pandas, Great Expectations alone, dbt, and the pipeline."""
