-- Findings, open or explained, that only one of the two has.
with
    of_pipeline as (
        select order_id, rule_id, state, explained_by
        from store.findings
        where state <> 'resolved'
    ),
    of_yardstick as (
        select order_id, unnest(findings, recursive := true) from assessed_orders
    ),
    only_in_pipeline as (
        select *
        from of_pipeline
        except all
        select *
        from of_yardstick
    ),
    only_in_yardstick as (
        select *
        from of_yardstick
        except all
        select *
        from of_pipeline
    )
select 'pipeline' as only_in, *
from only_in_pipeline
union all
select 'yardstick', *
from only_in_yardstick
order by order_id nulls last, rule_id, only_in
