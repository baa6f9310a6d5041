-- Besides spaces: tabs, line breaks, the no-break and the full-width space, the mark
-- at the start of a file, the zero-width space, and the zeros of a file cut short.
-- Looking first whether there are any is five times as fast as trimming.
create or replace temp macro read_text(raw) as
    case
        when raw = '' then null
        when
            regexp_matches(
                raw, '^[ \t\n\r\x{00A0}\x{3000}\x{FEFF}\x{200B}\x00]|[ \t\n\r\x{00A0}\x{3000}\x{FEFF}\x{200B}\x00]$'
            )
        then nullif(trim(raw, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279) || chr(8203) || chr(0)), '')
        else raw
    end
