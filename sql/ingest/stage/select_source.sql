-- The columns of a source's file, without what protects them from spreadsheets.
-- Lines of totals between its rows come with all their cells.
select
    {% for name, raw in columns.items() %}
        {{ raw }} as {{ name | identifier }},
    {% endfor %}
    {% if cells %}
        case
            when
                regexp_matches(
                    coalesce(
                        {% for cell in cells %}
                            nullif(trim(staged.{{ cell }}), ''),
                        {% endfor %}
                        ''
                    ),
                    {{ totals | literal }}
                )
            then
                json_object(
                    {% for cell, name in cells.items() %}
                        {{ name | literal }},
                        staged.{{ cell }} {{ "," if not loop.last }}
                    {% endfor %}
                )::varchar
        end as total_line,
    {% endif %}
    {{ "staged.record" if has_record else row_number }}::bigint as row_number
from {{ relation }} as staged
order by row_number
