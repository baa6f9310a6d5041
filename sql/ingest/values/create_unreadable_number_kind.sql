-- A number all the same, which is larger than any amount.
create or replace temp macro unreadable_number_kind(bare) as
    case when is_number(bare) then 'absurd_amount' else 'unreadable_number' end
