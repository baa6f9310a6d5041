-- Orders of a burst that is no genuine basket: not all paid, a SKU in two orders, or
-- a low price.
with
    burst as (
        select
            burst.buyer_id,
            burst.placed_at,
            order_id,
            paid_at is null
            or basket is null
            or order_id in (select order_id from {{ ref("low_price") }}) as is_doubtful
        from {{ ref("burst_orders") }} as burst
        inner join {{ ref("order_fact") }} using (order_id)
        where without_tries
    ),
    members as (
        select span.buyer_id, span.starts_at, order_id, is_doubtful
        from (select distinct buyer_id, placed_at as starts_at from burst) as span
        inner join
            burst
            on burst.buyer_id = span.buyer_id
            and burst.placed_at
            between span.starts_at and span.starts_at + interval 10 minute
    ),
    spans as (
        select buyer_id, starts_at, bool_or(is_doubtful) as is_doubtful
        from members
        group by buyer_id, starts_at
        having count(*) >= 5
    ),
    repeated as (
        select distinct buyer_id, starts_at
        from members
        inner join {{ ref("stg_order_lines") }} using (order_id)
        group by buyer_id, starts_at, sku
        having count(distinct order_id) > 1
    )
select distinct order_id
from members
inner join spans using (buyer_id, starts_at)
left join repeated using (buyer_id, starts_at)
where spans.is_doubtful or repeated.starts_at is not null
