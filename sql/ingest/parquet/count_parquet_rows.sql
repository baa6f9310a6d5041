select num_rows from parquet_file_metadata({{ path | literal_path }})
