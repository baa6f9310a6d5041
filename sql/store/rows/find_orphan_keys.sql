-- The keys of a feed of which a version names an order that the storefront does not
-- know.
create or replace temp table orphans_of_{{ feed }} as
select distinct {{ key | join(", ") }}
from feeds.{{ feed }}
{% if only_touched %} semi join touched using (order_id) {% endif %}
anti join working.orders using (order_id)
where order_id is not null
