-- A spreadsheet turns a long number into 2.02611E+17: its digits are gone, and many
-- rows would share one key.
create or replace temp macro read_identifier(raw) as
    case when not regexp_full_match(read_text(raw), '\d(\.\d+)?[eE]\+\d+') then read_text(raw) end
