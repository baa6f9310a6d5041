-- A text, unless somebody has put asterisks in the place of a part of it.
create or replace temp macro unless_masked(given) as case when not contains(given, '*') then given end
