"""What files were found to be, remembered: looking at a large one takes seconds.

What belongs here: what a person said of a file, and the looks that follow from it. What does not: what a file
is (pipeline/dropped), and what is shown of it (dropped.py).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final, Literal

from orderhealth_pipeline.console.incoming.quarantine import Upload
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.errors import UnusableInputError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.mapping.proposal import NOTHING_SAID, Said
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.pipeline.dropped.look import LackingColumnsError, LookedAt, look_at

Order = Literal["day_first", "month_first"]

_MOST_LOOKS: Final = 8


@dataclass(frozen=True)
class Heard:
    """What a person said of a file.

    `order`: whether its dates begin with the day. `places`: of which column of its header, counted from 0,
    the columns of `feed` are read that nobody knows by name.
    """

    order: Order | None = None
    feed: str | None = None
    places: tuple[tuple[str, int], ...] = ()


class Looks:
    """The newest looks at files."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, Heard], LookedAt | UnusableInputError] = OrderedDict()
        self._lock = Lock()

    def at(self, upload: Upload, site: Site, heard: Heard) -> LookedAt:
        """Look at a file, or remember what was found. Raises UnusableInputError."""
        key = (upload.number, heard)
        found = self._known.get(key)
        if found is None:
            try:
                found = look_at(upload.path, site.settings, heard.order, self._said(upload, site, heard))
            except UnusableInputError as error:
                found = error
            with self._lock:
                self._known[key] = found
                while len(self._known) > _MOST_LOOKS:
                    self._known.popitem(last=False)
        if isinstance(found, UnusableInputError):
            raise found
        return found

    def _said(self, upload: Upload, site: Site, heard: Heard) -> Said:
        """Name the columns that a person pointed at; nothing where the file lacks none."""
        if not heard.places or heard.feed is None:
            return NOTHING_SAID
        try:
            self.at(upload, site, Heard(heard.order))
        except LackingColumnsError as error:
            header = error.proposal.table.header
        else:
            return NOTHING_SAID
        contract = feed_contracts().get(heard.feed)
        if contract is None or not all(
            column in contract.columns and place < len(header) for column, place in heard.places
        ):
            raise UnusableInputError(Message("the file or the feed has no such column"))
        return {heard.feed: {column: header[place] for column, place in heard.places}}
