-- The records that stand at some paths of documents in JSON: a row for each, in their
-- order, with the columns of a source as texts: keys of the record or, after a slash,
-- of the answer around it. A document may be a list of answers. Of documents that
-- repeat a key, the records that say one of the columns twice come with its name and
-- their text, and an answer that says twice where its records lie comes as one such
-- record. Of records in lists that lack a column, the column and the text come instead,
-- unless another source reads them.
with
    answers as (
        select
            line,
            {% if has_doubtful %} is_doubtful, {% endif %}
            unnest(listed) as answer,
            generate_subscripts(listed, 1) as answer_number
        from
            (
                select
                    *,
                    case
                        when json_type(document) = 'ARRAY'
                        then json_extract(document, '$[*]')
                        else [document]
                    end as listed
                from documents
            )
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
                case
                    when is_list then [answer_number, {{ loop.index }}]
                end as record_list,
                {% if has_doubtful %} {{ loop.index }} as path, {% endif %}
                {% if has_doubtful %}
                    is_doubtful,
                    repeated_around,
                    place,
                    generate_subscripts(records, 1) as number,
                {% endif %}
                unnest(records) as record
            from
                (
                    select
                        *,
                        json_type(answer, {{ path | literal }}) = 'ARRAY' as is_list,
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
        from
            (
                select
                    *,
                    case
                        {% for name, path in required.items() %}
                            when json_type(record, {{ path | literal }}) is null
                            then {{ name | literal }}
                        {% endfor %}
                    end as lacking
                from found
            )
        where
            lacking is null
            or (
                record_list is not null
                {% for keys in others %}
                    and (
                        {% for key in keys %}
                            json_type(record, {{ key | literal }}) is null
                            {{ "or" if not loop.last }}
                        {% endfor %}
                    )
                {% endfor %}
            )
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
                null,
                0,
                is_doubtful,
                repeated_around,
                place,
                0,
                answer,
                null,
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
    record_list,
    lacking,
    case when lacking is not null then record::varchar end as lacking_text,
    line as source_line
from {{ "named" if has_doubtful else "read" }}
{% if has_doubtful %} order by place, path, number {% endif %}
