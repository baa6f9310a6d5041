-- Rows and their sum, per day of the last days.
select
    {{ day }} as day,
    count(*) as records,
    {{ ("sum(landed." ~ summed ~ ")") if summed else "null" }} as total
from ({{ query }}) landed
where landed.{{ by }} >= {{ first }}
group by {{ day }}
order by {{ day }}
