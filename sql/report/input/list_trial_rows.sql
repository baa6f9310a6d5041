select {% for column in columns %} {{ column }}, {% endfor %}
from feeds.{{ feed }}
order by load_number, source_row
limit {{ most }}
