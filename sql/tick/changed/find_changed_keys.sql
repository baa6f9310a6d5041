-- The keys of a feed whose row may count otherwise than at the evaluation before: rows
-- that were loaded since, and rows with an instant that has passed since.
create or replace temp table changed_{{ feed }} as
select distinct {{ key | join(", ") }}
from feeds.{{ feed }}
where
    seen_load_number > $known_load
    and $known_as_of is not null
    and $as_of is not null
{% if instants and has_later_instants %}
    union
    select distinct {{ key | join(", ") }}
    from feeds.{{ feed }}
    where
    {% for column in instants %}
            ({{ column }} > $known_as_of and {{ column }} <= $as_of)
        {{ "or" if not loop.last }}
    {% endfor %}
{% endif %}
