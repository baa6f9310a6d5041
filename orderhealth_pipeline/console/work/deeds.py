"""What the audit log adds to a deed, in the reader's words: roles, instants, the entries of the desk.

What belongs here: reading details. What does not: the words (pages/audit.yml), and writing the log (desk/).
"""

from __future__ import annotations

from contextlib import suppress

from orderhealth_pipeline.console.access.roles import ROLES, role_table
from orderhealth_pipeline.console.visit import Guest
from orderhealth_pipeline.desk.accounts.audit import Deed
from orderhealth_pipeline.report.words import formats
from orderhealth_pipeline.said import from_text

_SAID = "said "
_ARROW = " → "


def deed_detail(guest: Guest, deed: Deed) -> str:
    """Return the detail of a deed as people read it; one of another kind stands as it is."""
    detail, words = deed.detail or "", guest.words
    if detail.startswith(_SAID):
        return words("deed_said", entries=detail.removeprefix(_SAID))
    if deed.verb == "sign_in":
        return words.word("deed_with", detail)
    if deed.verb == "lock_account":
        with suppress(ValueError):
            until = from_text(detail).astimezone(guest.site.settings.zone)
            return words("deed_until", at=formats.minute(until))
    titles: dict[str, str] = {role: role_table().roles[role].in_locale(guest.locale) for role in ROLES}
    parts = detail.split(_ARROW)
    return _ARROW.join(titles.get(part, part) for part in parts) if set(parts) <= titles.keys() else detail
