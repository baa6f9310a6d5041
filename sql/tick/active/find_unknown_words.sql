create or replace temp table unknown_words_of_{{ feed }} as
select distinct {{ key | join(", ") }}
from {% if only_changed %} versions_of_{{ feed }} {% else %} feeds.{{ feed }} {% endif %}
where
    false
{% for column, words in statuses.items() %}
        or {{ column }} not in ({% for word in words %}{{ word | literal }}{{ ", " if not loop.last }}{% endfor %})
{% endfor %}
