"""What an order's address and its neighbours say: faults of the address, and how many buyers share it."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orderhealth_pipeline.frames import VisibleFeeds
from orderhealth_pipeline.orders.address.door import names_a_door
from orderhealth_pipeline.orders.address.key import address_key
from orderhealth_pipeline.orders.address.text import is_masked
from orderhealth_pipeline.orders.buyers.people_keys import phone_key, receiver_key
from orderhealth_pipeline.orders.buyers.phone import phone_validity_at
from orderhealth_pipeline.orders.engine import engine_for
from orderhealth_pipeline.orders.inputs import FeatureInputs, Parameters


def with_address(orders: pl.DataFrame, feeds: VisibleFeeds) -> pl.DataFrame:
    """Add address_key, address_complete, phone_valid and the keys of people to the storefront's orders.

    address_complete is null where the address is masked or the storefront never sends a street; phone_valid
    is null where the phone is masked or the storefront never sends one.
    """
    street_known = pl.lit(feeds.provides("storefront_orders", "street"))
    phone_known = pl.lit(feeds.provides("storefront_orders", "phone"))
    phone_valid = pl.map_batches(
        ["phone", "province", "city"],
        lambda parts: phone_validity_at(*parts),
        return_dtype=pl.Boolean(),
        is_elementwise=True,
    )
    masked, street = pl.col("address_masked"), pl.col("street")
    # Lazily, what several of these read of the street is computed once. Piece by piece, as the streaming
    # engine does it, what looks only at odd texts leaves the other core to another piece.
    return (
        orders.lazy()
        .with_columns(address_masked=masked.fill_null(value=False) | is_masked(street))
        .with_columns(
            address_key=address_key(pl.col("province"), pl.col("city"), pl.col("district"), street, masked),
            address_complete=pl.when(~masked & street_known).then(
                names_a_door(street).fill_null(value=False)
            ),
            phone_valid=pl.when(phone_known).then(phone_valid),
            receiver_key=receiver_key(pl.col("receiver")),
        )
        .with_columns(phone_key=phone_key(pl.col("phone"), pl.col("phone_valid")))
        .drop("phone", "street")
        .collect(engine=engine_for(orders.height))
    )


def address_buyers(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Different buyers who placed orders, of any status, to the order's address.

    Counted from `window_days` before `as_of` up to `as_of`, both included; an order without a buyer counts as
    none. No value without an address key, and where no such buyer is known.
    """
    window = timedelta(days=float(parameters["window_days"]))
    orders = inputs.fact.lazy().filter(pl.col("address_key").is_not_null())
    buyers = (
        orders.filter(pl.col("placed_at") >= inputs.feeds.as_of - window, pl.col("buyer_id").is_not_null())
        .group_by("address_key")
        .agg(value=pl.col("buyer_id").n_unique().cast(pl.Int64))
    )
    return orders.select("order_id", "address_key").join(buyers, on="address_key").select("order_id", "value")


def address_faults(inputs: FeatureInputs, parameters: Parameters) -> pl.LazyFrame:
    """Count the faults of an address to which nothing has been sent yet: no door named, no valid phone.

    No value where the address is masked or the order is outbound. Without a warehouse feed the storefront's
    status tells whether it is.
    """
    del parameters
    outbound = pl.col("first_outbound_at").is_not_null() | pl.col("picked_up_at").is_not_null()
    if not inputs.feeds.usable("wms_shipments"):
        outbound |= pl.col("status_storefront").is_in(["shipped", "delivered", "completed"])
    faults = [
        pl.col(name).eq(other=False).fill_null(value=False) for name in ("address_complete", "phone_valid")
    ]
    return (
        inputs.fact.lazy()
        .filter(~outbound, ~pl.col("address_masked"))
        .select("order_id", value=pl.sum_horizontal(fault.cast(pl.Int64) for fault in faults))
    )
