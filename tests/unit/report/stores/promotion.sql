-- The eve of a promotion: the score has fallen below the line, and texts from outside are as nasty as they come.
create table order_fact (
    order_id varchar, shop varchar, buyer_id varchar, warehouse varchar, carrier varchar,
    amount decimal(18, 4), currency varchar, placed_at timestamptz, paid_at timestamptz, erp_synced_at timestamptz,
    printed_at timestamptz, outbound_at timestamptz, picked_up_at timestamptz, delivered_at timestamptz
);

insert into health_score values
    ('2026-11-10 08:00:00+08', 96.10, 1, 18000, 'promotion'),
    ('2026-11-10 10:00:00+08', 95.20, 1, 18400, 'promotion'),
    ('2026-11-10 12:00:00+08', null, 0.5, 0, 'promotion'),
    ('2026-11-10 14:00:00+08', 91.34, 0.8, 19100, 'promotion'),
    ('2026-11-10 18:00:00+08', 88.90, 1, 19900, 'promotion'),
    ('2026-11-10 20:00:00+08', 82.47, 1, 20318, 'promotion'),
    ('2026-11-10 22:00:00+08', 70.00, 1, 20318, 'promotion');

insert into score_attribution values
    ('2026-11-10 18:00:00+08', 'rule', 'paid_not_in_erp', 3.1),
    ('2026-11-10 18:00:00+08', 'rule', 'outbound_overdue', 5.4),
    ('2026-11-10 18:00:00+08', 'rule', 'buyer_burst', 2.6),
    ('2026-11-10 18:00:00+08', 'warehouse', '杭州仓', 4.0),
    ('2026-11-10 20:00:00+08', 'rule', 'paid_not_in_erp', 7.41),
    ('2026-11-10 20:00:00+08', 'rule', 'outbound_overdue', 4.12),
    ('2026-11-10 20:00:00+08', 'rule', 'pickup_gap', 3.2),
    ('2026-11-10 20:00:00+08', 'rule', 'tracking_stalled', 2.8),
    ('2026-11-10 20:00:00+08', 'shop', '母婴旗舰店', 9.5),
    ('2026-11-10 20:00:00+08', 'shop', '<script>alert("店")</script>', 3.1),
    ('2026-11-10 20:00:00+08', 'warehouse', '杭州仓', 6.2),
    ('2026-11-10 20:00:00+08', 'warehouse', 'unknown', 5.1),
    ('2026-11-10 20:00:00+08', 'carrier', '中通', 3.3);

insert into rule_results (
    as_of, rule_id, outcome, evaluated, open, explained, weight, expectation, gx_unexpected_count
) values
    ('2026-11-10 20:00:00+08', 'buyer_burst', 'no_hit', 20318, 0, 7, 0.15, null, 7),
    ('2026-11-10 20:00:00+08', 'paid_not_in_erp', 'hit', 20318, 488, 0, 0.40, null, 488),
    ('2026-11-10 20:00:00+08', 'outbound_overdue', 'hit', 20318, 312, 24, 0.25, null, 336),
    ('2026-11-10 20:00:00+08', 'tracking_stalled', 'hit', 20318, 96, 0, 0.20, null, 96),
    ('2026-11-10 20:00:00+08', 'false_delivery', 'no_hit', 20318, 0, 0, 0.30, null, 0),
    ('2026-11-10 20:00:00+08', 'pickup_gap', 'hit', 20318, 1, 0, 0.10, null, null);

insert into system_funnel values
    ('2026-11-10 18:00:00+08', 'picked_up', 11000, 0.912),
    ('2026-11-10 20:00:00+08', 'placed', 20318, null),
    ('2026-11-10 20:00:00+08', 'paid', 18890, 0.9297),
    ('2026-11-10 20:00:00+08', 'in_erp', 18402, 0.9742),
    ('2026-11-10 20:00:00+08', 'printed', 15120, 0.8216),
    ('2026-11-10 20:00:00+08', 'outbound', 13980, 0.9246),
    ('2026-11-10 20:00:00+08', 'picked_up', 10625, 0.76),
    ('2026-11-10 20:00:00+08', 'delivered', 2204, 0.2074);

insert into order_fact (order_id, shop, buyer_id, warehouse, carrier, amount, currency, placed_at) values
    ('TM20261110000001', '母婴旗舰店', 'B1', null, null, 2999, 'CNY', '2026-11-10 18:02:11+08'),
    ('TM20261110000002', '<script>alert("店")</script>', '小明 13912345678', '杭州仓', '中通', 1299.5, null, '2026-11-10 09:12:00+08'),
    ('TM20261110000003', '母婴旗舰店', 'B3', '杭州仓', '中通', 399, 'CNY', '2026-11-08 09:12:00+08');

-- The crowd behind the named orders: stuck before the ERP, in the warehouse, before pickup and on the way.
insert into order_fact (order_id, paid_at, erp_synced_at, printed_at, outbound_at, picked_up_at)
select
    'C' || n,
    '2026-11-10 12:00:00+08',
    case when n >= 487 then timestamptz '2026-11-10 12:10:00+08' end,
    case when n >= 487 then timestamptz '2026-11-10 13:00:00+08' end,
    case when n >= 798 then timestamptz '2026-11-10 14:00:00+08' end,
    case when n >= 863 then timestamptz '2026-11-10 15:00:00+08' end
from range(893) as crowd (n);

insert into findings
select
    'C' || n,
    case when n < 487 then 'paid_not_in_erp' when n < 798 then 'outbound_overdue' else 'tracking_stalled' end,
    case when n < 487 then 'payment' when n < 798 then 'warehouse' else 'logistics' end,
    'high', 'open', null, '{}', '2026-11-10 18:00:00+08', '2026-11-10 20:00:00+08', null
from range(893) as crowd (n);

insert into top_orders values
    ('2026-11-10 20:00:00+08', 1, 'TM20261110000001', 0.55, 2999),
    ('2026-11-10 20:00:00+08', 2, 'TM20261110000002', 0.4, 1299.5),
    ('2026-11-10 20:00:00+08', 3, 'TM20261110000003', 0.2, 399);

insert into findings values
    ('TM20261110000001', 'paid_not_in_erp', 'payment', 'critical', 'open', null,
     '{"value": 88, "comparison": "more_than", "threshold": "15", "paid_at": "2026-11-10T10:32:00Z", "paid_amount": "2999.0000"}',
     '2026-11-10 20:00:00+08', '2026-11-10 20:00:00+08', null),
    ('TM20261110000001', 'outbound_overdue', 'warehouse', 'high', 'open', null,
     '{"value": 250, "overdue_shipment_id": "S1", "overdue_warehouse": null, "overdue_printed_at": "2026-11-10T07:50:00Z"}',
     '2026-11-10 18:00:00+08', '2026-11-10 20:00:00+08', null),
    ('TM20261110000002', 'buyer_burst', 'ordering', 'medium', 'open', null,
     '{"value": 6, "buyer_id": "小明 13912345678", "span_started_at": "2026-11-10T01:10:00Z"}',
     '2026-11-10 20:00:00+08', '2026-11-10 20:00:00+08', null),
    ('TM20261110000003', 'tracking_stalled', 'logistics', 'high', 'open', null,
     '{"value": 30.5, "stalled_waybill_no": "ZT900", "stalled_carrier": "中通 <b>李四</b> 13712345678"}',
     '2026-11-10 08:00:00+08', '2026-11-10 20:00:00+08', null),
    ('TM20261110000004', 'outbound_overdue', 'warehouse', 'high', 'explained', 'on_hold', '{"value": 900}',
     '2026-11-10 08:00:00+08', '2026-11-10 20:00:00+08', null),
    ('TM20261110000005', 'buyer_burst', 'ordering', 'medium', 'resolved', null, '{"value": 5}',
     '2026-11-10 08:00:00+08', '2026-11-10 18:00:00+08', '2026-11-10 20:00:00+08'),
    ('TM20261110000006', 'buyer_burst', 'ordering', 'medium', 'explained', 'snoozed', '{"value": 5}',
     '2026-11-10 08:00:00+08', '2026-11-10 20:00:00+08', null),
    (null, 'pickup_gap', 'system', 'high', 'open', null,
     '{"value": 0.76, "threshold": "0.90", "orders_concerned": 13980, "orders_true": 10625, "places": {"warehouse": [{"value": "杭州仓", "orders_concerned": 9000, "orders_true": 6000}, {"value": null, "orders_concerned": 4980, "orders_true": 4625}], "carrier": [{"value": "中通 13712345678", "orders_concerned": 13980, "orders_true": 10625}]}}',
     '2026-11-10 20:00:00+08', '2026-11-10 20:00:00+08', null);

insert into working.evaluation values
    ('2026-11-10 20:00:00+08', 1, 'f', 1, 1, ['n']);

insert into process_steps values
    ('overall', null, 'placed', 'paid', 20000, 5, 18, 1428, '2026-11-10 08:00:00+08', null),
    ('overall', null, 'in_erp', 'printed', 18000, 215, 372, 3282, '2026-11-09 22:10:00+08', null),
    ('overall', null, 'printed', 'outbound', 15000, 121, null, 1140, '2026-11-10 06:00:00+08', null),
    ('warehouse', '杭州仓', 'printed', 'outbound', 9000, null, null, 980, '2026-11-10 12:00:00+08', '2026-11-10 17:52:00+08'),
    ('carrier', '<b>中通</b> 13712345678', 'outbound', 'picked_up', 5000, 160, null, 41, '2026-11-10 15:00:00+08', '2026-11-10 17:30:00+08');

insert into source_freshness (feed, last_event_at, last_loaded_at, rows, state) values
    ('storefront_orders', '2026-11-10 19:59:30+08', '2026-11-10 20:00:00+08', 41230, 'fresh'),
    ('payments', '2026-11-10 19:58:00+08', '2026-11-10 20:00:00+08', 39871, 'fresh'),
    ('erp_orders', '2026-11-10 19:40:00+08', '2026-11-10 20:00:00+08', 38002, 'fresh'),
    ('wms_shipments', '2026-11-10 19:45:00+08', '2026-11-10 20:00:00+08', 36110, 'fresh'),
    ('tms_events', '2026-11-10 19:51:00+08', '2026-11-10 20:00:00+08', 154200, 'fresh'),
    ('feedback', '2026-11-10 19:02:00+08', '2026-11-10 20:00:00+08', 811, 'fresh');

insert into rejected_rows (feed, file, line, kind, column_name, reason, row, rejected_at, is_standing) values
    ('storefront_orders', 'storefront_orders_2.csv', 812, 'unreadable_instant', 'placed_at', 'placed_at: instant expected: ''王小二''',
     '{"order_id": "TM7", "buyer_id": "B7", "placed_at": "王小二", "receiver": "13612345678", "phone": "浙江省杭州市", "street": "文三路 478 号", "remark": "请打 0571-88001234", "status": "paid", "amount": "1.3612345678E10", "shop": null}',
     '2026-11-10 20:00:00+08', true),
    ('storefront_orders', 'storefront_orders_2.csv', 813, 'unreadable_number', 'amount', 'amount: number expected: ''12,0x''',
     '{"order_id": "13612345678", "buyer_id": "欧阳娜娜", "placed_at": "2026-11-10 18:00:00", "amount": "12,0x"}',
     '2026-11-10 20:00:00+08', true),
    ('payments', 'payments.csv', null, 'empty_file', null, 'the file is empty', null, '2026-11-10 20:00:00+08', true);

insert into unknown_words values
    ('storefront_orders', 'status', 'WAIT_<i>X</i>', 12),
    ('erp_orders', 'status', 'Question', 3);

insert into alerts values
    ('a1', 'breach', '2026-11-10 20:00:00+08', 82.47, 85, '{}');

insert into deliveries values
    ('a1', 'dingtalk', 'failed', 3,
     'HTTP 429 from https://oapi.dingtalk.com/robot/send?access_token=topsecret', null, null, 'k1'),
    ('a1', 'feishu', 'sent', 1, null, '2026-11-10 20:00:05+08', null, 'k2'),
    ('a1', 'wecom', 'pending', 1, 'timed out', null, null, 'k3');

insert into cases by name
    select * from (values
        ('K4R-7XM3', 'outbound_overdue', 'warehouse', '杭州1仓', 'warehouse_supervisor', 'open', '2026-11-10 15:00:00+08'::timestamptz, '2026-11-10 17:00:00+08'::timestamptz, null::timestamptz, 212),
        ('9CA-TRW4', 'outbound_overdue', 'warehouse', '广州2仓', 'warehouse_supervisor', 'in_progress', '2026-11-10 20:00:00+08', '2026-11-10 22:00:00+08', null, 9),
        ('3FH-KM6Y', 'paid_not_in_erp', 'shop', '天猫旗舰店', 'integration_owner', 'acknowledged', '2026-11-10 19:30:00+08', '2026-11-10 20:30:00+08', null, 31),
        ('7PX-2WEJ', 'paid_not_in_erp', 'shop', '京东自营店', 'integration_owner', 'resolved', '2026-11-10 09:00:00+08', '2026-11-10 09:30:00+08', '2026-11-10 09:20:00+08', 4)
    ) as given (case_id, rule_id, cause_kind, cause, owner, state, opened_at, due_at, resolved_at, orders)
    cross join (select 'high' as severity, 0 as reopened, 0 as amount_at_risk, 0 as points, false as is_dismissed)
    cross join lateral (select given.owner as rule_owner, given.opened_at as began_at);
