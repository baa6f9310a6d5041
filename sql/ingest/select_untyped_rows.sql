select
    {{ "staged.record" if has_record else "odd_rows.source_row" }} as record,
    case
        when faults = ''
        then 'wrong_type'
        else
            replace(
                split_part(split_part(faults, ',', 1), ' ', 2),
                'says_none',
                'missing_value'
            )
    end as kind,
    case
        when faults = ''
        then split_part(wrong_types, ', ', 1)
        else split_part(faults, ' ', 1)
    end as column_name,
    concat_ws(
        '; ',
        list_aggregate(
            list_transform(
                list_filter(string_split(faults, ','), lambda fault:fault <> ''),
                lambda fault:split_part(fault, ' ', 1)
                || ': '
                || case
                    split_part(fault, ' ', 2)
                    {% for fault, reason in reasons.items() %}
                        when {{ fault | literal }} then {{ reason | literal }}
                    {% endfor %}
                end
            ),
            'string_agg',
            '; '
        ),
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
