update {{ table }}
set {{ column }} = replace({{ column }}::varchar, $text, $sign)
where order_id in (select unnest($ids)) and contains({{ column }}::varchar, $text)
