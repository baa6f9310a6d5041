select
    {{ "staged.record" if has_record else row_number }} as record,
    'shop_conflict' as kind,
    {{ owner | literal }} as column_name,
    {{ reason | literal }} as reason,
    case
        when row_number() over (order by {{ row_number }}) <= {{ most }}
        then
            {% if has_source %} staged.source
            {% else %}
                to_json(
                    struct_pack(
                        {% for column in names %}
                            {{ column | identifier }}
                            := staged.c{{ loop.index }} {{ "," if not loop.last }}
                        {% endfor %}
                    )
                )::varchar
            {% endif %}
    end as row
from {{ relation }} as staged
where {{ row_number }} in (select source_row from conflicting_rows)
order by {{ row_number }}
