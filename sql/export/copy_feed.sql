-- The rows of a feed that count, as Parquet by a bucket of the key that its records
-- share.
copy (
    select *, (hash({{ by }}) % {{ buckets }})::bigint as bucket
    from (
{% include "store/rows/select_visible_rows.sql" %}
    )
)
to {{ folder | literal }} (format parquet, compression zstd, partition_by (bucket))
