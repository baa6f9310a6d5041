"""Seeing the person of one order unmasked: for a reason, which the audit log keeps before anything is shown.

What belongs here: asking for it. What does not: who may (access/roles.yml), reading it (pipeline/written/).
"""

from __future__ import annotations

from pydantic import BaseModel

from orderhealth_pipeline.console.access.gate import AccountGate
from orderhealth_pipeline.console.people import Person
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.pipeline.saying.speech import require_text
from orderhealth_pipeline.pipeline.written.person_of_order import read_person_of_order


class Unmasked(BaseModel):
    """The person of an order, as the storefront's newest row has it."""

    order_id: str
    receiver: str | None
    phone: str | None
    province: str | None
    city: str | None
    district: str | None
    street: str | None
    buyer_id: str | None


def unmask(site: Site, person: Person, order_id: str, why: str) -> Unmasked | None:
    """Return the person of an order, None where there is no such order.

    Raises ConfigurationError for a reason that is none, or where somebody has seen too many within an hour;
    StoreError where a run has the store.
    """
    reason = require_text(why, "why")
    if isinstance(site.gate, AccountGate) and site.gate.unmaskings.wait(person.name, site.clock()):
        raise ConfigurationError("you have seen too many people unmasked within an hour: wait a while")
    site.gate.write(Deed(site.clock(), person.name, "unmask", "order", order_id, reason))
    found = read_person_of_order(site.settings.store, order_id)
    return None if found is None else Unmasked(order_id=order_id, **found)
