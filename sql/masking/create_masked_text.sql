-- Phone numbers and addresses within texts, as mask_text of report/words/masking.py
-- hides them.
create or replace temp macro masked_text(value) as
{% for one in patterns.in_texts %} regexp_replace({% endfor %}
    value
{% for one in patterns.in_texts %}
    , {{ one.pattern | literal }}, {{ one.shown | literal }}, 'g')
{% endfor %}
