-- Shares in billionths. Twice the median and four times the median absolute deviation
-- are whole numbers.
with
    rates as (
        select
            rule_id, day is null as is_now, divide(open * 1000000000, evaluated) as rate
        from {{ batch }}
        where
            measured = 'results'
            and evaluated > 0
            and coalesce(day >= today - {{ window_days | int }}, true)
    ),
    earlier as (
        select rule_id, count(*) as days, list_sort(list(rate)) as sorted
        from rates
        where not is_now
        group by rule_id
    ),
    medians as (
        select
            rule_id,
            days,
            sorted[divide(days + 1, 2)] + sorted[divide(days, 2) + 1] as median_twice
        from earlier
    ),
    deviations as (
        select
            medians.rule_id,
            days,
            median_twice,
            list_sort(list(abs(2 * rates.rate - median_twice))) as sorted
        from medians
        inner join rates on rates.rule_id = medians.rule_id and not rates.is_now
        group by all
    )
select rates.rule_id
from rates
inner join deviations on deviations.rule_id = rates.rule_id and rates.is_now
where
    days >= {{ evaluations_at_least }}
    and 4 * rates.rate - 2 * median_twice
    > {{ deviations }}::decimal(9, 6)
    * (
        1.4826
        * (sorted[divide(days + 1, 2)] + sorted[divide(days, 2) + 1])::decimal(11, 0)
        + 4000000000::decimal(11, 0) * {{ margin }}::decimal(7, 6)
    )
