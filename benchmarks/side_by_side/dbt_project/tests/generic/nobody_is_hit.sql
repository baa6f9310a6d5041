{% test nobody_is_hit(model) %}
    select * from {{ model }} where explained_by is null
{% endtest %}
