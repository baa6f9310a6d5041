create or replace temp macro masked_reason(reason) as
    masked_text(
        regexp_replace(
            list_reduce(
                list_distinct(regexp_extract_all(reason, {{ patterns.quoted | literal }})),
                lambda shown, quoted: replace(
                    shown,
                    quoted,
                    left(quoted, 1) || masked_value(quoted[2:-2]) || right(quoted, 1)
                ),
                reason
            ),
{{ patterns.scientific | literal }},
            '…',
            'g'
        )
    )
