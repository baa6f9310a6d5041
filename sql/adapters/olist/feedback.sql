with
    -- A bare "recebi" is a thank-you; "não veio" and "não entregaram" complain as
    -- often of a missing piece or of a parcel left at the post office.
    not_received_phrase(phrase) as (
        values
            ('nao recebi'),
            ('nao recebemos'),
            ('nao o recebi'),
            ('nao a recebi'),
            ('nao foi recebid'),
            ('nao chegou'),
            ('nao chegaram'),
            ('nao entregue'),
            ('nao foi entregue'),
            ('nao foram entregue'),
            ('nao me foi entregue'),
            ('nunca recebi'),
            ('nunca chegou'),
            ('nunca foi entregue')
    ),
    review as (
        select
            review_id || '-' || order_id as ticket_id,
            order_id,
            review_creation_date as opened_at,
            review_answer_timestamp as answered_at,
            review_score in ('1', '2') as is_bad,
            nullif(
                concat_ws(
                    chr(10),
                    nullif(review_comment_title, ''),
                    nullif(review_comment_message, '')
                ),
                ''
            ) as text,
            -- Searched apart, so that no phrase arises across their seam.
            [
                coalesce(review_comment_title, ''), coalesce(review_comment_message, '')
            ] as parts
        from olist_order_reviews_dataset
    ),
    folded_part as (
        -- "n" and "ñ" are how people type "não".
        select
            ticket_id,
            regexp_replace(
                regexp_replace(lower(strip_accents(part)), '\s+', ' ', 'g'),
                '\bn\b',
                'nao',
                'g'
            ) as part
        from (select ticket_id, unnest(parts) as part from review)
    ),
    not_received as (
        select distinct folded_part.ticket_id
        from folded_part
        join
            not_received_phrase
            on contains(folded_part.part, not_received_phrase.phrase)
    )
select
    review.ticket_id,
    review.order_id,
    review.opened_at,
    case
        when not_received.ticket_id is not null then 'not_received' else 'other'
    end as kind,
    review.text,
    case when not_received.ticket_id is null then review.answered_at end as closed_at
from review
left join not_received using (ticket_id)
where not_received.ticket_id is not null or review.is_bad
order by review.ticket_id
