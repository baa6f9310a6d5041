-- The first rows with their texts, and of the others how many there are of each kind:
-- three million texts take gigabytes. Where they are of several files, each by itself.
-- Staged rows are limited, too, because DuckDB would build the table of the join of
-- all. They are numbered below the joins, which would compare each row with each.
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
inner join
    (
        select *, {{ row_number }} as place
        from {{ relation }} as staged
        where {{ row_number }} <= (select last_row from kept)
    ) as staged
    on staged.place = bad.source_row
where bad.source_row <= (select last_row from kept)
union all
select
    {{ "staged.record" if has_record else "others.source_row" }} as record,
    others.kind,
    null::varchar as column_name,
    '' as reason,
    null::varchar as row,
    others.rows
from
    (
        select min(source_row) as source_row, kind, count(*) as rows
        from bad
        where source_row > (select last_row from kept)
        group by kind {% if is_of_several %}, source_row {% endif %}
    ) as others
{% if has_record %}
    inner join
        (select *, {{ row_number }} as place from {{ relation }} as staged) as staged
        on staged.place = others.source_row
{% endif %}
order by record
