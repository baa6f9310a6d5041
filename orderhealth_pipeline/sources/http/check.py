"""Looking at the lists of a platform's API: does it answer, and do the clocks agree.

What belongs here: what is asked, and what follows. What does not: fetching (fetch.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.respond.addresses import is_readable_on_the_way
from orderhealth_pipeline.settings.sources import HttpSource
from orderhealth_pipeline.sources.http.description import read_platform
from orderhealth_pipeline.sources.http.fetch import ask_once, client_of
from orderhealth_pipeline.sources.http.parcels import ask_for_one, under_way, without_code
from orderhealth_pipeline.sources.pulled import Pull
from orderhealth_pipeline.sources.remarks import Remark

_SKEW_TO_TELL: Final = timedelta(minutes=1)


def check_lists(source: HttpSource, asked: Pull) -> list[Remark]:
    """Ask for one page of every list. Raises SourceError, and ConfigurationError for a missing secret."""
    platform = read_platform(source.platform)
    client = client_of(platform, source, asked)
    remarks = []
    for name in source.lists or platform.lists:
        form = platform.lists[name]
        if form.each_parcel is not None:
            found = under_way(asked.store, form.each_parcel, source.carriers)
            remarks += [
                Remark("warning", without_code(asked.source, carrier, count))
                for carrier, count in found.without_code.items()
            ]
            if not found.parcels:
                said = Message("{table}: no parcel is under way that it could be asked for", table=name)
                remarks.append(Remark("warning", said))
                continue
            ask_for_one(client, form, found)
        else:
            ask_once(client, platform, name)
        remarks.append(Remark("well", Message("{table}: can be read", table=name)))
    if abs(client.skew) > _SKEW_TO_TELL:
        said = Message(
            "this machine's clock is {seconds:.0f} seconds from the platform's; set it right",
            seconds=abs(client.skew.total_seconds()),
        )
        remarks.append(Remark("warning", said))
    if is_readable_on_the_way(client.base):
        remarks.append(Remark("warning", Message("the address is http://: others can read on the way")))
    return remarks
