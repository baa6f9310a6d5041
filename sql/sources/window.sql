-- What is new of a table: rows at or after the bound, and rows that name no time.
select landed.*
from ({{ query }}) landed
{% if bound is not none %}
    where landed.{{ column }} >= {{ bound }} or landed.{{ column }} is null
{% endif %}
