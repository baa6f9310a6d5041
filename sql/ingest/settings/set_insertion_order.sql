set preserve_insertion_order = {{ is_kept | lower }}
