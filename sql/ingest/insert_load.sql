insert into feeds.loads (load_number, feed, file, order_key, content_hash, columns, rows, new_rows, loaded_at)
values ($load_number, $feed, $file, $order_key, $content_hash, $columns, $rows, $new_rows, $loaded_at)
