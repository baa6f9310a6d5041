-- An amount as people write it, ¥1,280.00 or 1.2万元, as a plain number; what is none
-- stays. With a decimal comma 1.280,00 is read as well. Digits may be full-width, and
-- what stands in brackets is below zero.
create or replace temp macro written_amount(given, has_decimal_comma) as
    list_transform(
        [
            regexp_replace(
                regexp_replace(
                    translate(given, '０１２３４５６７８９．，－＋（）', '0123456789.,-+()'),
                    '(?i)[¥￥$€£\s]|人民币|rmb|cny|usd|eur|元|块',
                    '',
                    'g'
                ),
                '^\((.+)\)$',
                '-\1'
            )
        ],
        lambda bare: list_transform(
            [
                case
                    when has_decimal_comma and regexp_full_match(bare, '[+-]?\d{1,3}(\.\d{3})*(,\d+)?万?')
                    then replace(replace(bare, '.', ''), ',', '.')
                    when not has_decimal_comma and regexp_full_match(bare, '[+-]?\d{1,3}(,\d{3})+(\.\d+)?万?')
                    then replace(bare, ',', '')
                    else bare
                end
            ],
            lambda plain: case
                when ends_with(plain, '万')
                then coalesce((try_cast(rtrim(plain, '万') as decimal(18, 4)) * 10000)::varchar, given)
                when try_cast(plain as decimal(18, 4)) is not null
                then plain
                else given
            end
        )[1]
    )[1]
