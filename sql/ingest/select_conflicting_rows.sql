select
    {{ "staged.record" if has_record else row_number }} as record,
    'shop_conflict' as kind,
    {{ owner | literal }} as column_name,
    {{ reason | literal }} as reason,
    {% if has_source %} staged.source as row
    {% else %}
        to_json(
            struct_pack(
                {% for column in names %}
                    {{ column | identifier }}
                    := staged.c{{ loop.index }} {{ "," if not loop.last }}
                {% endfor %}
            )
        )::varchar as row
    {% endif %}
from {{ relation }} as staged
where {{ row_number }} in (select source_row from conflicting_rows)
order by {{ row_number }}
