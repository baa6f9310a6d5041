-- plain and trimmed of report/words/plain_text.py, for whole columns.
create or replace temp macro plain_text(value) as
    regexp_replace(
        regexp_replace(
            regexp_replace(value, {{ signs.obeyed | literal }}, '', 'g'),
{{ signs.lines | literal }},
            ' ',
            'g'
        ),
{{ signs.edges | literal }},
        '',
        'g'
    )
