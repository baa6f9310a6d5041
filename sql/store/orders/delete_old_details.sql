-- Of every day before $since the details of the last evaluation stay.
delete from {{ table }}
where
    as_of < $since
    and as_of not in (
        select max(as_of)
        from health_score
        where as_of < $since
        group by date_trunc('day', as_of at time zone $zone)
    )
