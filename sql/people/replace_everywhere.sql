update {{ table }}
set {{ column }} = replace({{ column }}::varchar, $text, $sign)
where contains({{ column }}::varchar, $text)
