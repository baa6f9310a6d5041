-- Every physical line as it stands, so that a line that is no JSON can be kept.
select line
from
    read_csv(
        {{ path | literal_path }},
        header = false,
        auto_detect = false,
        columns = {'line':'VARCHAR'},
        delim = '',
        quote = '',
        escape = '',
        compression = {{ compression | literal }},
        max_line_size = 16777216,
        buffer_size = 33554432,
        parallel = {{ in_pieces | lower }}
    )
