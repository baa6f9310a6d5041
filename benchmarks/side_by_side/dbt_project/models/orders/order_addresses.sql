-- DuckDB has no NFKC, and dbt's SQL no libphonenumber. What stands here is exact for
-- what the simulator writes: full-width forms of ASCII; mobile numbers, perhaps with
-- +86 or an extension, and landlines with their area code; doors that are a number
-- before 号, 栋, 座 or 室, or a building with a letter.
with
    half_width as (
        select
            * replace (
                translate(
                    street,
                    '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
                    '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'
                ) as street
            )
        from {{ ref("stg_orders") }}
    ),
    hidden as (
        select *, address_masked or contains(street, '*') as is_masked from half_width
    ),
    -- Spaces and punctuation do not matter, but 12-3 (building 12, room 3) is not 123.
    dashed as (
        select
            *,
            regexp_replace(
                concat_ws(
                    '|',
                    coalesce(province, ''),
                    coalesce(city, ''),
                    coalesce(district, ''),
                    street
                ),
                '[^\p{L}\p{N}|]+',
                '-',
                'g'
            ) as text
        from hidden
    )
select
    order_id,
    is_masked,
    if(
        is_masked or street = '',
        null,
        lower(
            rtrim(
                regexp_replace(
                    regexp_replace(text, '-(\P{Nd})', '\1', 'g'), '(\P{Nd})-', '\1', 'g'
                ),
                '-'
            )
        )
    ) as address_key,
    regexp_matches(street, '[0-9零〇一二三四五六七八九十百]+[号栋座室]|[A-Z]座') as has_door,
    contains(coalesce(phone, ''), '*')
    or regexp_full_match(
        coalesce(phone, ''),
        '(?:\+86 ?)?1[3-9][0-9]{9}(?:-[0-9]{1,6})?|0[0-9]{2,3}-[2-8][0-9]{6,7}'
    ) as is_phone_valid
from dashed
