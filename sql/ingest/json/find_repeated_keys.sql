-- Objects that say a column twice, by one key or by two spellings of it, and not the
-- same: which of both is meant, nobody knows. An empty value beside another is no
-- value,
-- if it has a key of its own.
create or replace temp table repeated_keys as
with
    doubtful as (
        select record, line
        from staged_objects
        where
            len(json_keys(line)) <> len(list_distinct(json_keys(line)))
{% for keys in spellings.values() if keys | length > 1 %}
                or (
    {% for key in keys %}
                        json_exists(line, {{ ("$." ~ (key | identifier)) | literal }})::int
        {{ "+" if not loop.last }}
    {% endfor %}
                )
                > 1
{% endfor %}
    ),
    pairs as (
        select
            doubtful.record,
            named.key,
            named.value::varchar as value,
            case
                named.key
{% for name, keys in spellings.items() %}
    {% for key in keys %}
                        when {{ key | literal }} then '{{ name }}'
    {% endfor %}
{% endfor %}
            end as column_name
        from doubtful, json_each(doubtful.line) as named
    ),
    repeated as (
        select record, column_name
        from pairs
        where column_name is not null
        group by record, column_name
        having
            count(distinct value) filter (value <> 'null') > 1
            or (count(distinct value) > 1 and count(distinct key) < count(*))
    )
select record, list(column_name order by column_name) as column_names
from repeated
group by record
