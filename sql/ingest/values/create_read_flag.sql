-- `bare` is what read_bare gives.
create or replace temp macro read_flag(bare) as
    case
        when lower(bare) in ('true', 't', '1', 'yes', 'y', '是')
        then true
        when lower(bare) in ('false', 'f', '0', 'no', 'n', '否')
        then false
    end
