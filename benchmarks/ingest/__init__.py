"""What loading costs beside DuckDB reading the same files plainly."""
