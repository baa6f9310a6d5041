-- A payment intent and its charge are one payment: the charge's. Events come in any
-- order, so the instant of an event says which is newer.
select
    case
        when object = 'payment_intent' then coalesce(latest_charge, id) else id
    end as payment_id,
    coalesce("metadata.order_id", client_reference_id) as order_id,
    from_seconds(created) as paid_at,
    case
        when
            lower(currency) in (
                'bif',
                'clp',
                'djf',
                'gnf',
                'jpy',
                'kmf',
                'krw',
                'mga',
                'pyg',
                'rwf',
                'ugx',
                'vnd',
                'vuv',
                'xaf',
                'xof',
                'xpf'
            )
        then amount
        else from_hundredths(amount)
    end as amount,
    'stripe' as method,
    case
        when
            status = 'succeeded'
            and (
                refunded = 'true'
                or try_cast(amount_refunded as bigint) >= try_cast(amount as bigint)
            )
        then 'refunded'
        when status = 'succeeded' and try_cast(amount_refunded as bigint) > 0
        then 'partially_refunded'
        else status
    end as status,
    case when "/type" is not null then from_seconds("/created") end as updated_at
from objects
where object in ('charge', 'payment_intent')
