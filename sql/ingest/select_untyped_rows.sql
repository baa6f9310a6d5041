select
    {{ "staged.record" if has_record else "odd_rows.source_row" }} as record,
    case
        {% for column in columns if column.is_required %}
            when read_text({{ column.raw }}) is null then 'missing_value'
        {% endfor %}
        {% for column in columns if column.must_be_readable %}
            when read_text({{ column.raw }}) is not null and {{ column.read }} is null
            then {{ column.kind }}
        {% endfor %}
        else 'wrong_type'
    end as kind,
    case
        {% for column in columns if column.is_required %}
            when read_text({{ column.raw }}) is null then '{{ column.name }}'
        {% endfor %}
        {% for column in columns if column.must_be_readable %}
            when read_text({{ column.raw }}) is not null and {{ column.read }} is null
            then '{{ column.name }}'
        {% endfor %}
        else split_part(wrong_types, ', ', 1)
    end as column_name,
    concat_ws(
        '; '
        {% for column in columns if column.is_required %}
            ,
            case
                when read_text({{ column.raw }}) is null
                then '{{ column.name }}: required, but empty'
            end
        {% endfor %}
        {% for column in columns if column.must_be_readable %}
            ,
            case
                when
                    read_text({{ column.raw }}) is not null
                    and {{ column.read }} is null
                then '{{ column.name }}: {{ column.expected }}'
            end
        {% endfor %},
        case when wrong_types is not null then 'wrong type: ' || wrong_types end
    ) as reason,
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
from odd_rows
inner join {{ relation }} as staged on {{ row_number }} = odd_rows.source_row
where not odd_rows.is_good
order by odd_rows.source_row
