-- When people were first sent a message that names a live case, or its rule.
select cases.case_id, min(deliveries.sent_at) as told_at
from cases
inner join
    alerts
    on alerts.as_of >= coalesce(cases.reopened_at, cases.opened_at)
    and (
        json_contains(
            json_extract(alerts.payload, '$.causes[*].rule_id')::json,
            to_json(cases.rule_id)
        )
        or json_contains(
            json_extract(alerts.payload, '$.cases[*].cases[*]')::json,
            to_json(cases.case_id)
        )
    )
inner join
    deliveries
    on deliveries.alert_id = alerts.alert_id
    and deliveries.state = 'sent'
    and deliveries.sent_at <= $as_of
where cases.resolved_at is null and cases.told_at is null
group by cases.case_id
