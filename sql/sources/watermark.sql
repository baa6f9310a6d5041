-- How far a table or SELECT goes. What lies ahead of the clock is no watermark: nothing
-- would be read until then.
select max(landed.{{ column }}) as watermark
from ({{ query }}) landed
{% if latest is not none %} where landed.{{ column }} <= {{ latest }} {% endif %}
