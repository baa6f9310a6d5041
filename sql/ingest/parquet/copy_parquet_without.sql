-- The reader numbers rows under that name, and takes no file with a column of it.
copy (
    select * exclude ({{ column | identifier }})
    from read_parquet({{ path | literal_path }})
) to {{ copy | literal_path }} (format parquet)
