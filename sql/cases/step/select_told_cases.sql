-- When people were first sent a message about a live case: one that lists it, or one of
-- a fall of the score that names its rule among the causes.
with
    naming as (
        select
            unnest(
                json_extract_string(alerts.payload, '$.causes[*].rule_id')
            ) as rule_id,
            alerts.as_of,
            deliveries.sent_at
        from alerts
        inner join
            deliveries
            on alerts.alert_id = deliveries.alert_id
            and deliveries.state = 'sent'
            and deliveries.sent_at <= $as_of
    ),
    decided as (
        select unnest(cases) as case_id, as_of, channel
        from alert_decisions
        where decision in ('sent', 'reminder', 'digested')
    ),
    listing as (
        select decided.case_id, decided.as_of, deliveries.sent_at
        from decided
        inner join alerts on decided.as_of = alerts.as_of and alerts.kind <> 'report'
        inner join
            deliveries
            on alerts.alert_id = deliveries.alert_id
            and decided.channel = deliveries.channel
            and deliveries.state = 'sent'
            and deliveries.sent_at <= $as_of
    ),
    untold as (
        select case_id, rule_id, coalesce(reopened_at, opened_at) as since
        from cases
        where resolved_at is null and told_at is null
    )
select case_id, min(sent_at) as told_at
from
    (
        select untold.case_id, naming.sent_at
        from untold
        inner join
            naming on untold.rule_id = naming.rule_id and untold.since <= naming.as_of
        union all
        select untold.case_id, listing.sent_at
        from untold
        inner join
            listing
            on untold.case_id = listing.case_id
            and untold.since <= listing.as_of
    )
group by case_id
