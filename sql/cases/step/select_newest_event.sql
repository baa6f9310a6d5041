-- When anything happened to any case last.
select
    greatest(
        (select max("at") from case_history where who is null),
        (select max(joined_at) from case_orders),
        (select max(left_at) from case_orders),
        (select max(told_at) from cases)
    )
