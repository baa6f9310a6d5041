select count(*) from {{ table }}
