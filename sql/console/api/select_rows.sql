select * from {{ table | identifier }} limit $limit offset $offset
