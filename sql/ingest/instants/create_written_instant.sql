-- An instant that begins with its year, as 2026-11-10 20:00:00.5+08:00: with any of the
-- separators of a date, with or without zeros, with 上午, 下午, AM or PM, with blanks
-- before the offset. What is none, as 24:00 and what ends with its year, stays as it
-- is.
create or replace temp macro written_instant(raw) as
    case
        when regexp_full_match(raw, '\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d')
        then raw
        else
    list_transform(
        [translate(read_bare(raw), '：／．－−　', ':/.-- ')],
        lambda text: list_transform(
            [regexp_extract(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(
                                text,
                                '^(\d{4})(?:/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號])',
                                '\1-\2\4\6-\3\5\7 '
                            ),
                            '^(\d{4})(\d{2})(\d{2})(?:[Tt ]?(\d{2})(\d{2})(\d{2})|[Tt ](\d{2})(\d{2}))(\D.*)?$',
                            '\1-\2-\3 \4\7:\5\8:\6\9'
                        ),
                        '^(\d{4})(\d{2})(\d{2})[Tt ]+(\d{1,2}:)',
                        '\1-\2-\3 \4'
                    ),
                    '(\d{1,2})\s*[时時点點]\s*(\d{1,2})\s*分(?:\s*(\d{1,2})\s*秒)?',
                    '\1:\2:\3'
                ),
                '(?i)^(\d{4})-(\d{1,2})-(\d{1,2})(?:\s*[(（]?(?:星期|周|週|礼拜)[一二三四五六日天][)）]?)?(?:(?:(?:T|\s*)(上午|凌晨|早上|午前|AM|下午|晚上|午後|PM)\s*|T|\s+)([01]?\d|2[0-3]):([0-5]?\d)(?::(?:([0-5]?\d)(?:[.,](\d{1,9}))?)?)?(?:\s*([AP])\.?M\.?)?\s*(?:(Z|UTC|GMT)|(?:UTC|GMT)?([+-])(0?\d|1[0-4])(?::?([0-5]\d))?)?)?\s*$',
                ['year', 'month', 'day', 'half', 'hour', 'minute', 'second', 'fraction', 'half_behind', 'utc', 'sign', 'zone_hour', 'zone_minute']
            )],
        lambda part: case
            when part.year <> '' and (part.half = '' or part.half_behind = '') and not (part.half = '晚上' and part.hour = '12')
            then
                list_transform(
                    [
                        case
                            when lower(part.half || part.half_behind) in ('下午', '晚上', '午後', 'pm', 'p')
                            then part.hour::integer % 12 + 12
                            when part.half || part.half_behind = ''
                            then coalesce(try_cast(part.hour as integer), 0)
                            when part.hour::integer <= 12
                            then part.hour::integer % 12
                        end
                    ],
                    lambda hour: concat(
                        part.year, '-', lpad(part.month, 2, '0'), '-', lpad(part.day, 2, '0'), ' ',
                        lpad(hour::varchar, 2, '0'), ':', lpad(part.minute, 2, '0'), ':', lpad(part.second, 2, '0'),
                        case when part.fraction <> '' then '.' || part.fraction else '' end,
                        case
                            when part.utc <> ''
                            then '+00:00'
                            when part.sign <> ''
                            then part.sign || lpad(part.zone_hour, 2, '0') || ':' || lpad(part.zone_minute, 2, '0')
                            else ''
                        end
                    )
                )[1]
            else text
        end
        )[1]
    )[1]
    end
