delete from working.placed_lines where placed_at < $placed_from
