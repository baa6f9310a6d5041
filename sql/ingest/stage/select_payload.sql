-- The records that stand at some paths of documents in JSON: a row for each, in their
-- order, with the columns of a source as texts: keys of the record or, after a slash,
-- of the answer around it. A document may be a list of answers.
with
    answers as (
        select
            line,
            unnest(
                case
                    when json_type(document) = 'ARRAY'
                    then json_extract(document, '$[*]')
                    else [document]
                end
            ) as answer
        from documents
    ),
    found as (
        {% for path in paths %}
            select
                line,
                answer,
                unnest(
                    case
                        json_type(answer, {{ path | literal }})
                        when 'ARRAY'
                        then json_extract(answer, {{ (path ~ "[*]") | literal }})
                        when 'OBJECT'
                        then [json_extract(answer, {{ path | literal }})]
                        else []
                    end
                ) as record
            from answers {{ "union all" if not loop.last }}
        {% endfor %}
    )
select
    {% for name, path in columns.items() %}
        exact_text(
            {{ "answer" if name[0] == "/" else "record" }}, {{ path | literal }}
        ) as {{ name | identifier }},
    {% endfor %}
    line as source_line
from found
where
    true
    {% for path in required %}
        and json_type(record, {{ path | literal }}) is not null
    {% endfor %}
