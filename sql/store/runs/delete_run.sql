delete from {{ table }} where as_of = $as_of
