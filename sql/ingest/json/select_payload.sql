-- The records that stand at some paths of documents in JSON: a row for each, in their
-- order, with the columns of a source as texts: keys of the record or, after a slash,
-- of the answer around it. A document may be a list of answers. Of documents that
-- repeat a key, the records that say one of the columns twice come with its name and
-- their text, and an answer that says twice where its records lie comes as one such
-- record.
with
    answers as (
        select
            line,
            {% if has_doubtful %} is_doubtful, {% endif %}
            unnest(
                case
                    when json_type(document) = 'ARRAY'
                    then json_extract(document, '$[*]')
                    else [document]
                end
            ) as answer
        from documents
    ),
    {% if has_doubtful %}
        judged as (
            select
                *,
                repeated_column(
                    case when is_doubtful then answer end,
                    [
                        {% for each in around %}
                            {{ each | literal }} {{ "," if not loop.last }}
                        {% endfor %}
                    ],
                    false
                ) as repeated_around
            from (select *, row_number() over () as place from answers)
        ),
    {% endif %}
    found as (
        {% for path in paths %}
            select
                line,
                answer,
                {% if has_doubtful %}
                    is_doubtful,
                    repeated_around,
                    place,
                    {{ loop.index }} as path,
                    generate_subscripts(records, 1) as number,
                {% endif %}
                unnest(records) as record
            from
                (
                    select
                        *,
                        case
                            json_type(answer, {{ path | literal }})
                            when 'ARRAY'
                            then json_extract(answer, {{ (path ~ "[*]") | literal }})
                            when 'OBJECT'
                            then [json_extract(answer, {{ path | literal }})]
                            else []
                        end as records
                    from
                        {{ "judged where repeated_around is null" if has_doubtful else "answers" }}
                )
                {{ "union all" if not loop.last }}
        {% endfor %}
    ),
    read as (
        select *
        from found
        where
            true
            {% for path in required %}
                and json_type(record, {{ path | literal }}) is not null
            {% endfor %}
    )
    {% if has_doubtful %}
        ,
        named as (
            select
                *,
                repeated_column(
                    case when is_doubtful then record end,
                    [
                        {% for each in within %}
                            {{ each | literal }} {{ "," if not loop.last }}
                        {% endfor %}
                    ],
                    true
                ) as repeated_column
            from read
            union all
            select
                line,
                answer,
                is_doubtful,
                repeated_around,
                place,
                0,
                0,
                answer,
                repeated_around
            from judged
            where repeated_around is not null
        )
    {% endif %}
select
    {% for name, path in columns.items() %}
        exact_text(
            {{ "answer" if name[0] == "/" else "record" }}, {{ path | literal }}
        ) as {{ name | identifier }},
    {% endfor %}
    {% if has_doubtful %}
        repeated_column,
        case when repeated_column is not null then record::varchar end as repeated_text,
    {% endif %}
    line as source_line
from {{ "named" if has_doubtful else "read" }}
{% if has_doubtful %} order by place, path, number {% endif %}
