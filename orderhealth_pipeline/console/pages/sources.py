"""`/sources`: how fresh the data is, and what of it nobody could read: rows, files and words.

What belongs here: the values of `sources.html.j2`, and the rejected rows as a file. What does not: what
unknown words mean, and files that people drop (console/incoming).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from orderhealth_pipeline import sql
from orderhealth_pipeline.console.incoming import files_page, words_page
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.ingest.contracts import feed_contracts
from orderhealth_pipeline.ingest.rejection_kinds import rejection_kinds
from orderhealth_pipeline.report.words.masking import mask_reason, mask_row, mask_text
from orderhealth_pipeline.report.words.unread import unread_lines

_A_PAGE: Final = 50
_IN_A_FILE: Final = 100_000
_IN_FILE: Final = ("feed", "file", "line", "kind", "column_name", "reason", "row")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def show(visit: Visit) -> Mapping[str, Any]:
    """Return the values of the page."""
    report, zone = visit.report, visit.plan.settings.zone
    asked = _asked(visit)
    with visit.reading() as con:
        counted = sql.read(con, "console/count_rejected").to_dicts()
        rows = _rejected(con, asked, _A_PAGE + 1, asked["skipped"])
    return {
        "report": report,
        "unread": unread_lines(report.unread_files, report.locale),
        "feeds": {feed: _feed_title(visit, feed) for feed in dict.fromkeys(row["feed"] for row in counted)},
        "kinds": {kind: _kind_title(visit, kind) for kind in dict.fromkeys(row["kind"] for row in counted)},
        "total": sum(
            row["rows"]
            for row in counted
            if asked["feed"] in (None, row["feed"]) and asked["kind"] in (None, row["kind"])
        ),
        "asked": asked,
        "rows": [
            {
                **row,
                "feed": _feed_title(visit, row["feed"]),
                "kind": _kind_title(visit, row["kind"]),
                "row": mask_row(json.loads(row["row"])) if row["row"] else (),
                "rejected_at": row["rejected_at"].astimezone(zone),
            }
            for row in rows[:_A_PAGE]
        ],
        "further": _query(asked, skipped=asked["skipped"] + _A_PAGE) if len(rows) > _A_PAGE else "",
        "download": _query(asked),
        **words_page.word_values(visit),
        **files_page.waiting_values(visit),
    }


def receive_file(visit: Visit) -> Mapping[str, Any] | Response:
    """Keep a file that was dropped, and go to what it is; else say what stands in the way."""
    answer = files_page.receive(visit)
    return answer if isinstance(answer, Response) else {**show(visit), **answer}


def say_what_words_mean(visit: Visit) -> Mapping[str, Any] | Response:
    """Publish the meanings that were chosen and go back to the page; else say what stands in the way."""
    answer = words_page.publish(visit)
    return answer if isinstance(answer, Response) else {**show(visit), **answer}


def download(visit: Visit) -> Response:
    """Return the rejected rows that the filter leaves, as a CSV; what looks like a formula is none."""
    with visit.reading() as con:
        rows = _rejected(con, _asked(visit), _IN_A_FILE, 0)
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(_IN_FILE)
    for row in rows:
        cells = (
            row["feed"],
            row["file"],
            row["line"],
            row["kind"],
            row["column_name"],
            row["reason"],
            row["row"],
        )
        lines.writerow([_harmless(cell) for cell in cells])
    headers = {"Content-Disposition": 'attachment; filename="rejected-rows.csv"', "Cache-Control": "no-store"}
    return Response(
        b"\xef\xbb\xbf" + written.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers
    )


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _asked(visit: Visit) -> dict[str, Any]:
    query = visit.request.query_params
    skipped = query.get("skipped", "0")
    return {
        "feed": query.get("feed") or None,
        "kind": query.get("kind") or None,
        "skipped": int(skipped) if skipped.isdecimal() and len(skipped) < 9 else 0,  # noqa: PLR2004 - digits
    }


def _query(asked: Mapping[str, Any], **changed: Any) -> str:
    return urlencode({key: value for key, value in {**asked, "skipped": 0, **changed}.items() if value})


def _rejected(con: Any, asked: Mapping[str, Any], at_most: int, skipped: int) -> list[dict[str, Any]]:
    values = {**asked, "at_most": at_most, "skipped": skipped}
    rows = sql.read(con, "console/select_rejected", values).to_dicts()
    return [{**row, "file": mask_text(row["file"]), "reason": mask_reason(row["reason"])} for row in rows]


def _feed_title(visit: Visit, feed: str) -> str:
    contract = feed_contracts().get(feed)
    return feed if contract is None else contract.title.in_locale(visit.locale)


def _kind_title(visit: Visit, kind: str) -> str:
    known = rejection_kinds().get(kind)
    return kind if known is None else known.title.in_locale(visit.locale)
