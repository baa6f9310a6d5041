create or replace temp macro unreadable_identifier_kind(bare) as
    case when regexp_matches(bare, '^#[A-Z]') then 'error_cell' else 'digits_lost' end
