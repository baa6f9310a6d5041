with
    review as (
        select
            order_id,
            review_score,
            concat_ws(' | ', review_comment_title, review_comment_message) as said,
            strptime(review_creation_date, '%Y-%m-%d %H:%M:%S') as created,
            strptime(review_answer_timestamp, '%Y-%m-%d %H:%M:%S') as answered
        from olist_order_reviews_dataset
    ),
    heard as (
        -- Accents, wrong ones too, are spelled out and not stripped: another way to
        -- the same rows.
        select
            *,
            regexp_matches(
                said,
                '(?i)(\P{L}|ainda)[nñ]([aàáâãäă][oó])?\s+(([oa]\s+)?receb[ií]|recebemos|foi\s+recebid)'
            )
            or regexp_matches(
                said, '(?i)(\P{L}|ainda)[nñ]([aàáâãäă][oó])?\s+cheg(ou|aram)'
            )
            or regexp_matches(
                said,
                '(?i)(\P{L}|ainda)[nñ]([aàáâãäă][oó])?\s+((me\s+)?foi\s+|foram\s+)?entregue'
            )
            or regexp_matches(
                said, '(?i)nunca\s+(recebi|chegou|foi\s+entregue)'
            ) as is_not_received
        from (select * replace (' ' || said as said) from review)
    )
select
    order_id,
    case when is_not_received then 'not_received' else 'other' end as kind,
    timezone('America/Sao_Paulo', created) as opened_at,
    case
        when not is_not_received then timezone('America/Sao_Paulo', answered)
    end as closed_at
from heard
where is_not_received or review_score in ('1', '2')
