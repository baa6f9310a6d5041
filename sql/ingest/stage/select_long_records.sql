-- Records over several lines: how many of their lines are not empty. A run of line
-- breaks in a value starts one such line.
select
    {{ row_number }} as record,
    1
    {% for number in range(1, width + 1) %}
        + len(regexp_extract_all(coalesce(c{{ number }}, ''), '\n+'))
    {% endfor %} as lines
from {{ relation }} as staged
where
    {% for number in range(1, width + 1) %}
        {{ "or" if not loop.first }} contains(c{{ number }}, chr(10))
    {% endfor %}
order by record
