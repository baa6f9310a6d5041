-- The yardstick: order_fact and the findings of all eleven rules with the thresholds of
-- the profile "everyday", as one hand-written DuckDB statement. One row per order, with
-- its findings as a list; a row without an order_id holds those of the system.
-- $as_of is the instant. The store is attached as `store`, every feed has been loaded
-- with all of its columns, and none is stale. Evidence is left out.
-- It does the same as the pipeline on what the simulator writes, and less elsewhere: of
-- NFKC it knows the full-width forms alone, of libphonenumber the shapes of Chinese
-- numbers, and it looks for no invisible characters.
with
    ranked_loads as materialized(
        select
            load_number,
            row_number() over (order by order_key, load_number) << 40 as load_rank
        from store.feeds.loads
    ),

    -- Of every key the version that counts, found by its place in the table: only the
    -- columns that rank versions go through the aggregate, as one number, which is
    -- compared faster than a row and can be spilled. No updated_at is older than any.
    newest_orders as (
        select
            arg_max(
                version.rowid,
                coalesce(epoch_us(updated_at), -9000000000000000000)::hugeint
                * 9223372036854775808
                + load_rank
                + source_row
            ) as version_id
        from store.feeds.storefront_orders as version
        inner join ranked_loads using (load_number)
        where placed_at <= $as_of and coalesce(updated_at <= $as_of, true)
        group by order_id
    ),
    written_orders as (
        select
            order_id,
            shop,
            buyer_id,
            placed_at,
            status,
            status in ('cancelled', 'closed') as is_dead,
            updated_at as written_at,
            amount,
            phone,
            concat_ws(
                chr(31),
                coalesce(province, ''),
                coalesce(city, ''),
                coalesce(district, '')
            ) as town,
            case
                when regexp_matches(street, '[！-～　]')
                then
                    translate(
                        street,
                        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　',
                        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ '
                    )
                else coalesce(street, '')
            end as street,
            coalesce(address_masked, false) or contains(street, '*') as is_masked,
            case
                when address_changed_at <= $as_of then address_changed_at
            end as address_changed_at
        from store.feeds.storefront_orders
        where rowid in (select version_id from newest_orders)
    ),
    orders as materialized(
        select
            * exclude (phone, town, street),
            case
                when is_masked or street = ''
                then null
                when regexp_matches(town || street, '[^\p{L}\p{M}\p{N}\x1f]')
                then
                    (town || chr(31) || street)
                    .regexp_replace('[^\p{L}\p{M}\p{N}\x1f]+', '-', 'g')
                    .regexp_replace('-(\P{Nd})', '\1', 'g')
                    .regexp_replace('(\P{Nd})-', '\1', 'g')
                    .regexp_replace('^-|-$', '', 'g')
                    .replace(chr(31), '|')
                    .lower()
                else lower(replace(town || chr(31) || street, chr(31), '|'))
            end as address_text,
            case when not address_text like '%|' then address_text end as address_key,
            case
                when regexp_matches(street, '[^\p{L}\p{N}]')
                then
                    lower(
                        street
                    ).regexp_replace(
                        '[\p{Pd}\x{2212}]+',
                        '-',
                        'g'
                    ).regexp_replace('[\p{Z}\p{Cc}]+', ' ', 'g').trim(' ')
                else lower(street)
            end as readable_street,
            case
                when is_masked
                then null
                when
                    regexp_matches(
                        readable_street,
                        '(?:胡同|屯|巷|庄|弄|村|段|街|路|道|里) ?[甲乙丙丁戊特附副第]?(?:[0-9]+[a-z]?|[零〇○一二三四五六七八九十百千两廿壹贰貳叁參肆伍陆陸柒捌玖拾佰]+) ?[号號](?:[^路街线線桥橋]|路[口边旁]|路[东西南北](?:[^段]|$)|$)'
                    )
                then true
                else
                    readable_street
                    .regexp_replace(
                        '(?:0[0-9]{2,3}|[48]00)[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}|[0-9]{7,}|[0-9]{5}-[0-9]{3,4}',
                        ' ',
                        'g'
                    )
                    .regexp_replace(
                        '((?:interstate|highway|route|hwy|rte|km)[ -]?[a-z]?|(?:国道|國道|省道|高速) ?[a-z])[0-9]+',
                        '\1',
                        'g'
                    )
                    .regexp_replace(
                        '(?:[0-9]+[a-z]?|[零〇○一二三四五六七八九十百千两廿]+)(?:[-~、,.](?:[0-9]+[a-z]?|[零〇○一二三四五六七八九十百千两廿]+))* ?([号號]?(?:航站楼|乡道|公路|出口|县道|国道|國道|地块|地塊|大街|大道|干线|省道|码头|胡同|路口|高速|巷|桥|橋|線|线|街|路|道)|[多余]?(?:文化创意|工业区|工业园|工業區|科技园|艺术区|中学|公尺|公里|分钟|医院|千米|地段|大学|小区|小学|平方|平米|文创|标段|社区|社區|组團|组团|里地|区|區|期|米)|(?:km|m)(?:[^a-z0-9]|$))',
                        '\1',
                        'g'
                    )
                    .regexp_replace('^[^\p{L}#-]*$', '')
                    .regexp_matches(
                        '(?:[0-9]+[a-z]?|[零〇○一二三四五六七八九十百千两廿]+) ?(?:单元|單元|号|室|层|層|幢|座|弄|排|栋|棟|楼|樓|社|組|组|號|队|隊)|[0-9]+[a-z]? ?(?:\#|f|宅|戶|户|房|档|舖|铺|門|门|院)|# ?[0-9]|(?:^|[^a-z])[a-z][0-9]* ?(?:写字楼|单元|号楼|單元|號樓|塔|幢|座|栋|棟|楼|樓)|(?:胡同|屯|巷|庄|弄|村|段|街|路|道|里) ?[0-9]{1,5}(?:[^0-9]|$)|(?:写字楼|中心|公寓|商城|国际|國際|大厦|大廈|大楼|大樓|大院|家园|宿舍|小区|广场|廣場|花园|花園|区|區|城|幢|座|栋|楼|苑) ?[a-z]?-?[0-9]{2,5}(?:[^0-9]|$)|(?:^|[^0-9])[0-9]{1,4}[a-z]?-[0-9]{1,4}-[0-9]{1,5}|^ ?[0-9]{1,5}[a-z]? [a-z]|(?:^|[^a-z])[a-z]-?[0-9]{3,4}(?:[^0-9]|$)|(?:^|[^a-z0-9])[a-z]?[0-9]{1,4}[a-z]?(?:[^\p{L}0-9%]|$)'
                    )
            end as address_complete,
            case
                when contains(phone, '*')
                then null
                when
                    regexp_full_match(
                        phone,
                        '(?:\+86 ?)?1(?:[38][0-9]|4[57]|[59][0-35-9]|6[25-7]|7[0-35-8])[0-9]{8}(?:-[0-9]{1,6})?'
                    )
                then true
                else
                    coalesce(
                        regexp_full_match(
                            phone.regexp_replace('[ ().-]+', '', 'g'),
                            '(?:\+86|0086|0)?(?:10|2[0-57-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}'
                        ),
                        false
                    )
            end as phone_valid
        from written_orders
    ),

    -- What is paid, and what the ERP knows.
    newest_payments as (
        select
            arg_max(
                version.rowid,
                coalesce(epoch_us(updated_at), -9000000000000000000)::hugeint
                * 9223372036854775808
                + load_rank
                + source_row
            ) as version_id
        from store.feeds.payments as version
        inner join ranked_loads using (load_number)
        where coalesce(updated_at <= $as_of, true)
        group by payment_id
    ),
    paid_orders as (
        select
            order_id,
            min(paid_at) filter (has_succeeded) as paid_at,
            coalesce(sum(amount) filter (has_succeeded), 0) as paid_amount,
            bool_or(has_succeeded) as is_paid,
            bool_or(has_succeeded and status <> 'refunded') as is_standing,
            min({'rank':rank, 'status':status}).status as status_payment
        from
            (
                select
                    order_id,
                    amount,
                    status,
                    paid_at,
                    status in ('succeeded', 'partially_refunded', 'refunded')
                    and coalesce(paid_at <= $as_of, false) as has_succeeded,
                    coalesce(
                        list_position(
                            [
                                'succeeded',
                                'partially_refunded',
                                'refunded',
                                'pending',
                                'failed',
                                'closed'
                            ],
                            status
                        ),
                        7
                    ) as rank
                from store.feeds.payments
                where rowid in (select version_id from newest_payments)
            )
        group by order_id
    ),
    newest_erp_orders as (
        select
            arg_max(
                version.rowid,
                coalesce(epoch_us(updated_at), -9000000000000000000)::hugeint
                * 9223372036854775808
                + load_rank
                + source_row
            ) as version_id
        from store.feeds.erp_orders as version
        inner join ranked_loads using (load_number)
        where synced_at <= $as_of and coalesce(updated_at <= $as_of, true)
        group by erp_id
    ),
    known_orders as (
        select
            order_id,
            min(synced_at) as erp_synced_at,
            min(shipped_at) filter (
                status <> 'cancelled' and shipped_at <= $as_of
            ) as erp_shipped_at,
            arg_max(status, row(synced_at, erp_id)) as status_erp
        from store.feeds.erp_orders
        where rowid in (select version_id from newest_erp_orders)
        group by order_id
    ),

    -- One row per order and parcel: shipments, and waybills that only the carrier
    -- links.
    newest_shipments as (
        select
            arg_max(
                version.rowid,
                coalesce(epoch_us(updated_at), -9000000000000000000)::hugeint
                * 9223372036854775808
                + load_rank
                + source_row
            ) as version_id
        from store.feeds.wms_shipments as version
        inner join ranked_loads using (load_number)
        where coalesce(updated_at <= $as_of, true)
        group by shipment_id
    ),
    shipments as (
        select
            order_id,
            shipment_id,
            warehouse,
            case when printed_at <= $as_of then printed_at end as printed_at,
            case when outbound_at <= $as_of then outbound_at end as outbound_at,
            carrier,
            waybill_no,
            status,
            status is distinct from 'cancelled' as is_live
        from store.feeds.wms_shipments
        where rowid in (select version_id from newest_shipments)
    ),
    -- What was scanned before the order was placed is another parcel's: carriers use
    -- their numbers again.
    events as materialized(
        select
            waybill_no,
            event_at,
            status,
            arg_max_null(order_id, load_rank + source_row) as order_id
        from store.feeds.tms_events
        inner join ranked_loads using (load_number)
        left join
            (
                select waybill_no, min(placed_at) as placed_at
                from shipments
                inner join orders using (order_id)
                group by waybill_no
            ) using (waybill_no)
        where event_at <= $as_of and not coalesce(event_at < placed_at, false)
        group by waybill_no, event_at, status
    ),
    waybills as (
        select
            waybill_no,
            min(event_at) filter (is_scan) as first_scan_at,
            max(event_at) filter (is_scan) as last_scan_at,
            min(event_at) filter (status = 'delivered') as claimed_at,
            bool_or(status in ('delivered', 'returned', 'lost')) as is_finished,
            bool_or(status = 'returned') as is_back,
            max({'event_at':event_at, 'status':status}) as last_event
        from
            (
                select
                    *,
                    status in (
                        'picked_up',
                        'in_transit',
                        'out_for_delivery',
                        'delivered',
                        'exception',
                        'returning',
                        'returned',
                        'lost'
                    ) as is_scan
                from events
            )
        group by waybill_no
    ),
    parcels as (
        select
            *,
            coalesce(is_live, true) as counts,
            coalesce(is_back, false) as is_returned,
            shipment_id is not null as is_shipment
        from shipments
        full join
            (
                select distinct order_id, waybill_no
                from events
                where order_id is not null
            ) using (order_id, waybill_no)
        left join waybills using (waybill_no)
    ),
    sent_orders as (
        select
            order_id,
            min(printed_at) filter (is_live) as printed_at,
            case
                when count(*) filter (is_live and outbound_at is null) = 0
                then max(outbound_at) filter (is_live)
            end as outbound_at,
            min(outbound_at) filter (is_live) as first_outbound_at,
            arg_min(
                {'warehouse':warehouse, 'carrier':carrier},
                row(not is_live, shipment_id)
            ) filter (is_shipment) as sender,
            arg_max_null(
                status, row(coalesce(printed_at, '-infinity'), shipment_id)
            ) filter (is_shipment) as status_wms,
            min(first_scan_at) filter (counts) as picked_up_at,
            max(last_scan_at) filter (counts) as last_scan_at,
            case
                when
                    count(*) filter (counts and claimed_at is null and not is_returned)
                    = 0
                then max(claimed_at) filter (counts)
            end as delivered_at,
            min(claimed_at) as delivery_claimed_at,
            coalesce(bool_and(is_returned) filter (counts), false) as is_returned,
            (max(last_event) filter (counts)).status as status_tms,
            min(printed_at) filter (is_live and outbound_at is null) as waiting_since,
            min(printed_at) filter (
                is_live and outbound_at is null and status is distinct from 'on_hold'
            ) as waiting_not_on_hold_since,
            min(greatest(outbound_at, last_scan_at)) filter (
                is_live
                and outbound_at is not null
                and last_scan_at is not null
                and not is_finished
            ) as silent_since,
            max(outbound_at) filter (
                is_live and not coalesce(is_finished, false)
            ) as under_way_since
        from parcels
        group by order_id
    ),

    -- What customers say.
    newest_tickets as (
        select arg_max(version.rowid, load_rank + source_row) as version_id
        from store.feeds.feedback as version
        inner join ranked_loads using (load_number)
        where opened_at <= $as_of
        group by ticket_id
    ),
    ticketed_orders as (
        select
            order_id,
            count(*) as open_tickets,
            max(opened_at) filter (kind = 'not_received') as denied_at
        from store.feeds.feedback
        where
            rowid in (select version_id from newest_tickets)
            and coalesce(closed_at > $as_of, true)
        group by order_id
    ),
    newest_returns as (
        select
            arg_max(
                version.rowid,
                coalesce(epoch_us(updated_at), -9000000000000000000)::hugeint
                * 9223372036854775808
                + load_rank
                + source_row
            ) as version_id
        from store.feeds.returns as version
        inner join ranked_loads using (load_number)
        where requested_at <= $as_of and coalesce(updated_at <= $as_of, true)
        group by return_id
    ),
    returned_orders as materialized(
        select order_id, buyer_id, requested_at
        from store.feeds.returns
        inner join orders using (order_id)
        where returns.rowid in (select version_id from newest_returns)
    ),
    frequently_returned as (
        select distinct order_id
        from returned_orders
        where
            buyer_id in (
                select buyer_id
                from returned_orders
                where requested_at >= $as_of - interval 30 day
                group by buyer_id
                having count(*) >= 3
            )
    ),

    -- One row per order with all milestones.
    facts as materialized(
        select
            orders.*,
            paid_at,
            paid_amount,
            status_payment,
            coalesce(is_paid, false) as was_ever_paid,
            erp_synced_at,
            erp_shipped_at,
            status_erp,
            sent_orders.* exclude (order_id, is_returned),
            sender.warehouse as warehouse,
            sender.carrier as carrier,
            denied_at,
            coalesce(is_dead and under_way_since > written_at, false)
            or not (
                is_dead
                or coalesce(is_paid and not is_standing, false)
                or coalesce(is_returned, false)
                or (
                    (
                        status = 'completed'
                        or coalesce(delivered_at < $as_of - interval 7 day, false)
                    )
                    and open_tickets is null
                )
            ) as is_active
        from orders
        left join paid_orders using (order_id)
        left join known_orders using (order_id)
        left join sent_orders using (order_id)
        left join ticketed_orders using (order_id)
    ),

    -- Prices in whole ten-thousandths, so that 70 % is exact.
    newest_lines as (
        select arg_max(version.rowid, load_rank + source_row) as version_id
        from store.feeds.storefront_order_lines as version
        inner join ranked_loads using (load_number)
        group by order_id, line_no
    ),
    lines as materialized(
        select order_id, sku, quantity, unit_price
        from store.feeds.storefront_order_lines
        where rowid in (select version_id from newest_lines)
    ),
    recent_lines as materialized(
        select
            order_id,
            sku,
            (quantity * 10000)::hugeint as units,
            (unit_price * 10000)::hugeint as price
        from lines
        where
            quantity > 0
            and order_id
            in (select order_id from orders where placed_at >= $as_of - interval 30 day)
    ),
    means as (
        select sku, sum(units) as sold_units, sum(units * price) as sold_value
        from recent_lines
        group by sku
        having count(*) >= 5 and sold_value > 0
    ),
    cheap_orders as materialized(
        select distinct order_id
        from recent_lines
        inner join means using (sku)
        where greatest(price, 0) * sold_units * 10 < sold_value * 7
    ),

    -- Addresses of three buyers.
    shared_addresses as (
        select address_key
        from
            (
                select distinct address_key, buyer_id
                from orders
                where address_key is not null and placed_at >= $as_of - interval 30 day
            )
        group by address_key
        having count(*) >= 3
    ),

    -- Only buyers with two orders at most 30 minutes apart can have bursts or
    -- duplicates.
    busy_buyers as (
        select distinct buyer_id
        from
            (
                select
                    buyer_id,
                    placed_at - lag(placed_at) over (
                        partition by buyer_id order by placed_at
                    ) as gap
                from orders
            )
        where gap <= interval 30 minute
    ),
    close_orders as materialized(
        select
            order_id,
            buyer_id,
            placed_at,
            is_dead,
            paid_at,
            was_ever_paid,
            address_key,
            address_changed_at,
            is_active and order_id in (from cheap_orders) as is_cheap
        from facts
        where buyer_id in (from busy_buyers)
    ),
    items as materialized(
        select order_id, sku, sum(quantity) as quantity
        from lines
        where order_id in (select order_id from close_orders)
        group by order_id, sku
    ),
    busy_orders as materialized(
        select close_orders.*, basket
        from close_orders
        left join
            (
                select order_id, list_sort(list(row(sku, quantity))) as basket
                from items
                group by order_id
            ) using (order_id)
    ),
    duplicates as (
        select
            one.order_id,
            bool_and(
                coalesce(one.address_changed_at > other.placed_at, false)
                or coalesce(other.address_changed_at > one.placed_at, false)
            ) as is_explained
        from busy_orders as one
        inner join busy_orders as other using (buyer_id, address_key, basket)
        where
            one.order_id <> other.order_id
            and not one.is_dead
            and not other.is_dead
            and one.placed_at
            between other.placed_at
            - interval 30 minute and other.placed_at
            + interval 30 minute
        group by one.order_id
    ),
    -- A try is forgiven when the order it was meant for follows within the hour.
    targeted as (
        select
            order_id,
            placed_at,
            is_dead and not was_ever_paid as is_try,
            first_value(
                case
                    when not is_dead or was_ever_paid
                    then {'order_id':order_id, 'placed_at':placed_at}
                end
                ignore nulls
            ) over (
                partition by buyer_id, basket
                order by placed_at, order_id
                rows between current row and unbounded following
            ) as target
        from busy_orders
        where basket is not null
    ),
    forgiven_tries as (
        select order_id
        from targeted
        where is_try and target.placed_at <= placed_at + interval 60 minute
        qualify
            row_number() over (
                partition by target.order_id order by placed_at desc, order_id
            )
            <= 2
    ),
    counted_orders as materialized(
        select *, false as without_tries
        from busy_orders
        union all
        select *, true as without_tries
        from busy_orders
        where order_id not in (from forgiven_tries)
    ),
    -- Five orders in a row within 10 minutes are a burst, counted with and without
    -- tries.
    burst_orders as materialized(
        select
            *,
            bool_or(ends_burst) over (
                partition by without_tries, buyer_id
                order by placed_at, order_id
                rows between current row and 4 following
            ) as is_hit
        from
            (
                select
                    *,
                    lag(placed_at, 4) over (
                        partition by without_tries, buyer_id
                        order by placed_at, order_id
                    )
                    >= placed_at - interval 10 minute as ends_burst
                from counted_orders
            )
        qualify is_hit
    ),
    troubled_orders as (
        select
            order_id,
            buyer_id,
            burst_orders.placed_at,
            case
                when paid_at is null or basket is null or is_cheap
                then burst_orders.placed_at
                else shared.sku_again_at
            end as trouble_at
        from burst_orders
        left join
            (
                select order_id, min(next_at) as sku_again_at
                from
                    (
                        select
                            order_id,
                            lead(placed_at) over (
                                partition by buyer_id, sku order by placed_at, order_id
                            ) as next_at
                        from counted_orders
                        inner join items using (order_id)
                        where without_tries
                    )
                group by order_id
            ) as shared using (order_id)
        where without_tries
    ),
    -- A span is no genuine basket when one of its orders is unpaid, cheap or without
    -- lines,
    -- or shares a SKU with a later one of it.
    suspicious_spans as (
        select start.buyer_id, start.placed_at
        from (select distinct buyer_id, placed_at from troubled_orders) as start
        inner join
            troubled_orders as member
            on start.buyer_id = member.buyer_id
            and member.placed_at
            between start.placed_at and start.placed_at + interval 10 minute
        group by start.buyer_id, start.placed_at
        having count(*) >= 5 and min(trouble_at) <= start.placed_at + interval 10 minute
    ),
    suspicious_orders as (
        select distinct order_id
        from troubled_orders as member
        inner join
            suspicious_spans as span
            on span.buyer_id = member.buyer_id
            and member.placed_at
            between span.placed_at and span.placed_at + interval 10 minute
    ),
    bursts as (
        select
            order_id,
            case
                when not bool_or(without_tries)
                then 'payment_timeout_reorder'
                when order_id not in (from suspicious_orders)
                then 'genuine_basket'
            end as explained_by
        from burst_orders
        group by order_id
        having bool_or(not without_tries)
    ),
    found as (
        select
            order_id,
            list(
                {
                    'rule_id':rule_id,
                    'state':if(explained_by is null, 'open', 'explained'),
                    'explained_by':explained_by
                }
                order by rule_id
            ) as findings
        from
            (
                select order_id, 'buyer_burst' as rule_id, explained_by
                from bursts
                union all
                select
                    order_id,
                    'duplicate_order',
                    if(is_explained, 'address_changed', null)
                from duplicates
                union all
                select order_id, 'low_price', null
                from cheap_orders
                union all
                select order_id, 'frequent_returns', null
                from frequently_returned
                union all
                select order_id, 'shared_address', null
                from orders
                where address_key in (from shared_addresses)
                union all
                select order_id, unnest(rules), null
                from
                    (
                        select
                            order_id,
                            list_filter(
                                [
                                    if(
                                        denied_at >= delivery_claimed_at,
                                        'false_delivery',
                                        null
                                    ),
                                    if(
                                        not is_masked
                                        and first_outbound_at is null
                                        and picked_up_at is null
                                        and (not address_complete or not phone_valid),
                                        'incomplete_address',
                                        null
                                    ),
                                    if(
                                        erp_synced_at is null
                                        and paid_at < $as_of - interval 15 minute,
                                        'paid_not_in_erp',
                                        null
                                    ),
                                    if(
                                        silent_since < $as_of - interval 24 hour,
                                        'tracking_stalled',
                                        null
                                    )
                                ],
                                lambda x:x is not null
                            ) as rules
                        from facts
                        where is_active
                    )
                union all
                select
                    order_id,
                    'outbound_overdue',
                    if(
                        coalesce(
                            waiting_not_on_hold_since < $as_of - interval 240 minute,
                            false
                        ),
                        null,
                        'on_hold'
                    )
                from facts
                where waiting_since < $as_of - interval 240 minute
            )
        group by order_id
    )
select
    order_id,
    shop,
    buyer_id,
    case
        when not is_active
        then 'closed'
        when delivered_at is not null
        then 'after_sales'
        when outbound_at is not null or picked_up_at is not null
        then 'logistics'
        when erp_synced_at is not null or printed_at is not null
        then 'warehouse'
        when paid_at is not null
        then 'payment'
        else 'ordering'
    end as stage,
    is_active,
    placed_at,
    paid_at,
    paid_amount,
    erp_synced_at,
    erp_shipped_at,
    printed_at,
    outbound_at,
    picked_up_at,
    last_scan_at,
    delivered_at,
    amount,
    address_key,
    address_complete,
    phone_valid,
    status as status_storefront,
    status_payment,
    status_erp,
    status_wms,
    status_tms,
    warehouse,
    carrier,
    $as_of::timestamptz as as_of,
    if(is_active, findings, null) as findings
from facts
left join found using (order_id)
union all by name
select
    null as order_id,
    $as_of::timestamptz as as_of,
    [{'rule_id':'pickup_gap', 'state':'open', 'explained_by':null::varchar}] as findings
from facts
where is_active and erp_shipped_at <= $as_of - interval 6 hour
having count(*) >= 20 and 10 * count(picked_up_at) < 9 * count(*)
