-- When the last case that a silence speaks of was over: of those that were open when it
-- was said, else of the first that opened since.
with
    spoken_of as (
        select cases.opened_at, cases.resolved_at
        from cases
        where
            ($rule_id is null or cases.rule_id = $rule_id)
            and (cases.resolved_at is null or cases.resolved_at > $said_at::timestamptz)
            and (
                $about = 'everything'
                or ($about = 'role' and cases.owner = $value)
                or (cases.cause_kind = $about and cases.cause = $value)
                or (
                    $about = 'order'
                    and exists (
                        from case_orders
                        where
                            case_orders.case_id = cases.case_id
                            and case_orders.order_id = $value
                    )
                )
            )
    ),
    first_of_them as (
        select greatest(min(opened_at), $said_at::timestamptz) as opened_by
        from spoken_of
    ),
    awaited as (
        select spoken_of.resolved_at
        from spoken_of, first_of_them
        where spoken_of.opened_at <= first_of_them.opened_by
    )
select max(resolved_at) as resolved_at
from awaited
having count(*) > 0 and count(*) = count(resolved_at)
