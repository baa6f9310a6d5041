-- A cell of a rejected row, which may be shifted by a column: its column and its own
-- shape must both be harmless.
create or replace temp macro masked_cell(column_name, value) as
    case
        when
            regexp_matches(column_name, {{ patterns.people_columns | literal }})
            or not regexp_matches(column_name, {{ patterns.shown_columns | literal }})
        then hidden_value(value)
        when
            regexp_matches(column_name, {{ patterns.identifier_columns | literal }})
            and regexp_full_match(value, {{ patterns.identifier | literal }})
            and length(value) <= {{ patterns.longest_identifier }}
            and masked_text(value) = value
        then value
        else masked_value(value)
    end
