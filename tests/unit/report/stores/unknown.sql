-- The carrier's feed is missing: two rules have no result, and nothing else is wrong.
create table order_fact (
    order_id varchar, shop varchar, buyer_id varchar, warehouse varchar, carrier varchar,
    amount decimal(18, 4), currency varchar, placed_at timestamptz, paid_at timestamptz, erp_synced_at timestamptz,
    printed_at timestamptz, outbound_at timestamptz, picked_up_at timestamptz, delivered_at timestamptz
);

insert into health_score values ('2026-11-10 20:00:00+08', 100, 0.5, 120, 'standard');

insert into rule_results (
    as_of, rule_id, outcome, evaluated, open, explained, weight, expectation, gx_unexpected_count
) values
    ('2026-11-10 20:00:00+08', 'buyer_burst', 'no_hit', 120, 0, 0, 0.15, null, 0),
    ('2026-11-10 20:00:00+08', 'paid_not_in_erp', 'no_hit', 120, 0, 0, 0.40, null, 0),
    ('2026-11-10 20:00:00+08', 'outbound_overdue', 'no_hit', 120, 0, 0, 0.25, null, 0),
    ('2026-11-10 20:00:00+08', 'tracking_stalled', 'unknown', 0, 0, 0, 0.20, null, null),
    ('2026-11-10 20:00:00+08', 'pickup_gap', 'unknown', 0, 0, 0, 0.10, null, null);

insert into system_funnel values
    ('2026-11-10 20:00:00+08', 'placed', 120, null),
    ('2026-11-10 20:00:00+08', 'outbound', 80, 0.6667),
    ('2026-11-10 20:00:00+08', 'picked_up', 0, 0);

insert into source_freshness (feed, last_event_at, last_loaded_at, rows, state) values
    ('storefront_orders', '2026-11-10 19:59:30+08', '2026-11-10 20:00:00+08', 120, 'fresh'),
    ('tms_events', null, null, 0, 'missing');
