select * from {{ table }}
