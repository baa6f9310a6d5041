delete from {{ table }}
