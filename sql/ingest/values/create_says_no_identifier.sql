-- What is written where there is no number, as it stands in no_identifier.yml; `bare`
-- is what read_bare gives.
create or replace temp macro says_no_identifier(bare) as
    bare in ({{ no_identifier.spellings | map("literal") | join(", ") }})
