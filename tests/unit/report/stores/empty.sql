-- A run at an instant at which no order is active.
create table order_fact (
    order_id varchar, shop varchar, buyer_id varchar, warehouse varchar, carrier varchar,
    amount decimal(18, 4), currency varchar, placed_at timestamptz, paid_at timestamptz, erp_synced_at timestamptz,
    printed_at timestamptz, outbound_at timestamptz, picked_up_at timestamptz, delivered_at timestamptz
);

insert into health_score values ('2026-11-10 20:00:00+08', null, 1, 0, 'standard');

insert into rule_results (
    as_of, rule_id, outcome, evaluated, open, explained, weight, expectation, gx_unexpected_count
) values
    ('2026-11-10 20:00:00+08', 'paid_not_in_erp', 'no_hit', 0, 0, 0, 0.40, null, 0);

insert into system_funnel values ('2026-11-10 20:00:00+08', 'placed', 0, null);
