describe
select *
from read_parquet({{ path | literal_path }}, binary_as_string = true)
