-- Programs write a whole number beside a missing one as 123.0. A spreadsheet turns a
-- long number into 2.02611E+17 or ####: its digits are gone, and many rows would share
-- one key, as with #N/A. `bare` is what read_bare gives.
create or replace temp macro read_identifier(bare) as
    case
        when says_no_identifier(bare)
        then null
        when
            regexp_full_match(
                bare, '[+-]?(?:\d+(?:[.,]\d*)?[eE]\+\d+|\d+[.,]\d+[eE]-?\d+)|#{2,}|#(?:[A-Z/]+[!?]|N/A|DIV/0!)'
            )
        then null
        when regexp_full_match(bare, '[+-]?\d+\.0+')
        then split_part(bare, '.', 1)
        else bare
    end
