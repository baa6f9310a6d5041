-- A finding keeps the instant it was first seen. One that is not found any more is
-- resolved, unless its rule is unknown now: then it stays as it was while its order
-- is active. Looking back, what was first seen later has not happened yet.
insert into findings by name
with
    known as (
        select *
        from findings
        where first_seen_at <= $as_of and rowid in (select finding from reassessed)
    ),
    kept as (
        select known.*
        from known
        left join working.orders as fact on known.order_id = fact.order_id
        where
            list_contains($blind_rules::varchar[], known.rule_id)
            and known.state <> 'resolved'
            and (known.order_id is null or fact.is_active)
    ),
    present as (
        select *, $as_of as last_seen_at
        from found
        union all by name
        select
            order_id,
            rule_id,
            stage,
            severity,
            state,
            explained_by,
            evidence,
            least(last_seen_at, $as_of) as last_seen_at
        from kept
    )
select
    coalesce(new.order_id, known.order_id) as order_id,
    coalesce(new.rule_id, known.rule_id) as rule_id,
    coalesce(new.stage, known.stage) as stage,
    coalesce(new.severity, known.severity) as severity,
    coalesce(new.state, 'resolved') as state,
    case
        when new.rule_id is null then known.explained_by else new.explained_by
    end as explained_by,
    coalesce(new.evidence::json, known.evidence) as evidence,
    coalesce(known.first_seen_at, $as_of) as first_seen_at,
    coalesce(new.last_seen_at, least(known.last_seen_at, $as_of)) as last_seen_at,
    case
        when new.rule_id is null then least(coalesce(known.resolved_at, $as_of), $as_of)
    end as resolved_at
from present as new
full outer join
    known
    on new.rule_id = known.rule_id
    and new.order_id is not distinct from known.order_id
order by order_id nulls last, rule_id
