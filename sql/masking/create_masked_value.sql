create or replace temp macro masked_value(value) as
    case
        when
            regexp_full_match(
                value,
{{ patterns.any_harmless | literal }}
            )
        then value
        else hidden_value(value)
    end
