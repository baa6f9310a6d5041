-- Which comparisons with a price feature hold of which active orders.
create table if not exists working.held_by_price (
    order_id varchar not null, comparison varchar not null
)
