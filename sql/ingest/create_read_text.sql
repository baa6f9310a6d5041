-- Besides spaces: tabs, line breaks, the no-break and the full-width space, the mark
-- at the start of a file, the zero-width space, and the zeros of a file cut short.
create or replace temp macro read_text(raw) as
    nullif(trim(raw, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279) || chr(8203) || chr(0)), '')
