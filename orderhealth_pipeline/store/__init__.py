"""The DuckDB file the pipeline owns: schema, versions of rows, atomic writes and published read snapshots."""
