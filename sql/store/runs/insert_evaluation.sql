insert into working.evaluation by name
select
    $as_of as as_of,
    $load_number as load_number,
    $fingerprint as fingerprint,
    $number as number,
    $complete_since as complete_since,
    $lineage as lineage
