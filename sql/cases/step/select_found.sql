-- What may make a case: the findings that are open, or would be if people had said
-- nothing of them. What evidence says of the cause comes before what the order says: an
-- order may lie in two warehouses, and only one of them is late.
select
    findings.order_id,
    findings.rule_id,
    findings.severity,
    case
        findings.rule_id
        {% for rule in rules %}
            when {{ rule.rule_id | literal }}
            then
                coalesce(
                    {% for name in rule.cause_evidence %}
                        findings.evidence ->> {{ name | literal }},
                    {% endfor %}
                    {{ rule.cause_column }}
                )
        {% endfor %}
    end as cause,
    findings.explained_by,
    try_cast(
        case
            when findings.explained_by = 'snoozed'
            then findings.evidence ->> '$.exception.until'
        end as timestamptz
    ) as snoozed_until,
    case
        findings.rule_id
        {% for rule in rules %}
            when {{ rule.rule_id | literal }}
            then
                least(
                    {% for name in rule.begins_evidence %}
                        try_cast(
                            findings.evidence ->> {{ name | literal }} as timestamptz
                        ),
                    {% endfor %}
                    null::timestamptz
                )
        {% endfor %}
    end as began_at,
    case
        when
            fact.paid_at is not null
            and fact.outbound_at is null
            and fact.picked_up_at is null
        then coalesce(fact.promised_ship_at, fact.paid_at + $promise::interval)
    end as due_at,
    fact.amount,
    fact.currency
from findings
left join working.orders as fact on findings.order_id = fact.order_id
where
    findings.state <> 'resolved'
    and (
        findings.explained_by is null
        or findings.explained_by in ('snoozed', 'allow_listed', 'false_alarm')
    )
