-- A word of a status column, unless it looks like a person's data.
create or replace temp macro masked_word(word) as
    case
        when
            regexp_matches(
                word, {{ patterns.any_person | literal }}
            )
            or (
                regexp_matches(word, {{ patterns.surname | literal }})
                and not regexp_matches(word, {{ patterns.about_orders | literal }})
            )
        then hidden_value(word)
        else masked_text(word)
    end
