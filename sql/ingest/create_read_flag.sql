create or replace temp macro read_flag(raw) as
    case
        when lower(read_text(raw)) in ('true', 't', '1', 'yes', 'y', '是')
        then true
        when lower(read_text(raw)) in ('false', 'f', '0', 'no', 'n', '否')
        then false
    end
