-- The first rows with their texts, and of the others how many there are of each kind:
-- three million texts take gigabytes. Where they are of several files, each by itself.
-- Staged rows are limited, too, because DuckDB would build the table of the join of
-- all.
with
    bad as not materialized(
        select
            source_row,
            faults,
            case
                when faults = ''
                then 'wrong_type'
                else
                    replace(
                        split_part(split_part(faults, ',', 1), ' ', 2),
                        'says_none',
                        'missing_value'
                    )
            end as kind
        from odd_rows
        where not is_good
    ),
    kept as (
        select max(source_row) as last_row
        from (select source_row from bad order by source_row limit {{ most }})
    )
select
    {{ "staged.record" if has_record else "bad.source_row" }} as record,
    kind,
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
    {% if has_source %} staged.source as row, 1 as rows
    {% else %}
        to_json(
            struct_pack(
                {% for column in names %}
                    {{ column | identifier }}
                    := staged.c{{ loop.index }} {{ "," if not loop.last }}
                {% endfor %}
            )
        )::varchar as row,
        1 as rows
    {% endif %}
from bad
inner join {{ relation }} as staged on {{ row_number }} = bad.source_row
where
    bad.source_row <= (select last_row from kept)
    and {{ row_number }} <= (select last_row from kept)
union all
select
    min({{ "staged.record" if has_record else "bad.source_row" }}) as record,
    kind,
    null::varchar as column_name,
    '' as reason,
    null::varchar as row,
    count(*) as rows
from bad
{% if has_record %}
    inner join {{ relation }} as staged on {{ row_number }} = bad.source_row
{% endif %}
where bad.source_row > (select last_row from kept)
group by kind {% if is_of_several %}, bad.source_row {% endif %}
order by record
