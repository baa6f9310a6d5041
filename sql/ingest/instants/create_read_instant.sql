create or replace temp macro read_instant(written) as
    case when not says_no_time(written) then instant_of(written) end
