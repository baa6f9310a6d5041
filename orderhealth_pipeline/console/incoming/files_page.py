"""`/sources/files`: a file is dropped, what it is, and loading it or throwing it away.

What belongs here: forms and the values of `file.html.j2`. What does not: what a file is (dropped.py).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from orderhealth_pipeline.console.access.limits import limits
from orderhealth_pipeline.console.incoming import dropped
from orderhealth_pipeline.console.incoming.looks import Heard, Order
from orderhealth_pipeline.console.incoming.quarantine import Quarantine, Upload
from orderhealth_pipeline.console.orders.vocabulary import vocabulary
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.errors import ConfigurationError, UnusableInputError
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.mapping.synonyms import title_of
from orderhealth_pipeline.report.words.masking import mask_text

_ORDERS: Final[dict[str, Order]] = {"day_first": "day_first", "month_first": "month_first"}
_COLUMN: Final = "as."
_PLACE: Final = re.compile(r"[0-9]{1,4}")
_LONGEST: Final = 200


def waiting_values(visit: Visit) -> dict[str, Any]:
    """Return what `/sources` shows of dropped files."""
    zone, loaded = visit.plan.settings.zone, visit.request.query_params.get("loaded", "")
    return {
        "waiting": [
            {
                "number": each.number,
                "name": mask_text(each.name),
                "at": each.at.astimezone(zone),
                "who": mask_text(each.who),
                "kilobytes": max(1, each.size // 1000),
            }
            for each in Quarantine(visit.site.settings).waiting()
        ],
        "loaded": mask_text(loaded[:_LONGEST]),
        "adapter": mask_text(visit.request.query_params.get("adapter", "")[:_LONGEST]),
        "file_trouble": "",
        "megabytes": limits().upload_megabytes,
    }


def receive(visit: Visit) -> Mapping[str, Any] | Response:
    """Keep a file that was dropped, and go to what it is; return what stands in the way."""
    sent = visit.form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return {"file_trouble": visit.words("file_none")}
    place = Quarantine(visit.site.settings).place()
    try:
        with place.open("xb") as file:
            shutil.copyfileobj(sent.file, file)
        upload = dropped.receive(visit, place, sent.filename)
    except ConfigurationError as error:
        return {"file_trouble": error.in_locale(visit.locale)}
    finally:
        place.unlink(missing_ok=True)
    return RedirectResponse(f"/sources/files/{upload.number}", 303)


def show(visit: Visit) -> Mapping[str, Any]:
    """Return what a file is, and what would come of it."""
    return _values(visit, _upload(visit), _heard(visit.request.query_params))


def decide(visit: Visit) -> Mapping[str, Any] | Response:
    """Load a file, or throw it away, and go back to the data; else say what stands in the way."""
    upload, deed, heard = _upload(visit), visit.request.path_params["deed"], _heard(visit.form)
    if deed == "discard":
        dropped.discard(visit, upload)
        return RedirectResponse("/sources#files", 303)
    if deed != "load":
        raise HTTPException(404)
    try:
        taken = dropped.load(visit, upload, heard)
    except (ConfigurationError, UnusableInputError) as error:
        return {**_values(visit, upload, heard), "refused": error.in_locale(visit.locale)}
    told = {"loaded": taken.file.name, **({"adapter": taken.adapter.name} if taken.adapter else {})}
    return RedirectResponse(f"/sources?{urlencode(told)}#files", 303)


def _upload(visit: Visit) -> Upload:
    upload = Quarantine(visit.site.settings).find(visit.request.path_params["number"])
    if upload is None:
        raise HTTPException(404)
    return upload


def _heard(fields: Mapping[str, Any]) -> Heard:
    """Read what a person said of the file: fields of the form, or of the address."""
    feed = str(fields.get("feed", ""))
    places = {
        name.removeprefix(_COLUMN): int(value)
        for name, value in fields.items()
        if name.startswith(_COLUMN) and isinstance(value, str) and _PLACE.fullmatch(value)
    }
    order = _ORDERS.get(str(fields.get("order", "")))
    return Heard(order, feed if feed in feed_contracts() else None, tuple(places.items()))


def _values(visit: Visit, upload: Upload, heard: Heard) -> dict[str, Any]:
    file = dropped.view(visit.site, upload, heard, visit.locale)
    lacking = dict(file.lacking)
    asked = heard.feed if heard.feed in lacking else next(iter(lacking), None)
    return {
        "file": file,
        "feeds": [(feed, feed_contracts()[feed].title.in_locale(visit.locale)) for feed in lacking],
        "asked": asked,
        "asked_columns": [
            (column, title_of(asked, column, visit.locale), dict(heard.places).get(column))
            for column in lacking.get(asked or "", ())
            if asked is not None
        ],
        "said": [("feed", heard.feed), *((f"{_COLUMN}{column}", place) for column, place in heard.places)]
        if heard.places
        else [],
        "name": mask_text(upload.name),
        "number": upload.number,
        "order": heard.order or "",
        "column_title": vocabulary(visit.locale).column,
        "refused": "",
    }
