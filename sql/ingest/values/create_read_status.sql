-- A word of the vocabulary gets its canonical spelling, any other stays as it came.
create or replace temp macro read_status(raw, words) as
    case
        when list_contains(words, lower(read_bare(raw))) then lower(read_bare(raw)) else read_text(raw)
    end
