select *, null::varchar as wrong_types
from
    read_csv(
        {{ path | literal_path }},
        header = true,
        auto_detect = false,
        columns = {
            {% for column in columns %}
                '{{ column }}':'VARCHAR'{{ ", " if not loop.last }}
            {% endfor %}
        },
        delim = {{ delimiter | literal }},
        quote = '"',
        escape = '"',
        skip = {{ skip }},
        compression = {{ compression | literal }},
        max_line_size = 16777216,
        buffer_size = 33554432,
        parallel = {{ in_pieces | lower }}
    )
