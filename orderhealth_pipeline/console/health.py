"""What machines ask: whether the console is well, and the figures that Prometheus collects.

What belongs here: `/healthz` and `/metrics`. What does not: pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from starlette.responses import JSONResponse, PlainTextResponse

from orderhealth_pipeline.console.live import Watch
from orderhealth_pipeline.console.site import Site
from orderhealth_pipeline.errors import OrderHealthError
from orderhealth_pipeline.report.model import RiskReport

_PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"
_LABEL: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
Sample = tuple[dict[str, str], float]


def healthz(site: Site, watch: Watch) -> JSONResponse:
    """Say that the console is well, or, with 503, that what was published cannot be read."""
    try:
        if site.snapshot.version() is not None:
            with site.snapshot.reading():
                pass
    except OrderHealthError as error:
        return JSONResponse({"status": "unreadable", "reason": str(error)}, 503)
    return JSONResponse({"status": "ok", "evaluation": watch.state.evaluation})


def metrics(site: Site, watch: Watch) -> PlainTextResponse:
    """Return the figures of the newest evaluation, and of the console itself."""
    lines = list(_metric("orderhealth_console_streams", "Open streams of events.", [({}, watch.listeners)]))
    try:
        report = site.report("en")
    except OrderHealthError:
        lines += _metric("orderhealth_up", "Whether an evaluation can be read.", [({}, 0)])
    else:
        lines += _metric("orderhealth_up", "Whether an evaluation can be read.", [({}, 1)])
        lines += _of_report(report)
    return PlainTextResponse("\n".join(lines) + "\n", media_type=_PROMETHEUS)


def _of_report(report: RiskReport) -> Iterator[str]:
    health = report.health
    score: list[Sample] = [] if health.score is None else [({}, health.score)]
    yield from _metric("orderhealth_score", "The health score, 0 to 100.", score)
    yield from _metric("orderhealth_confidence", "The share of rules behind it.", [({}, health.confidence)])
    yield from _metric(
        "orderhealth_active_orders", "Orders that are not closed.", [({}, health.active_orders)]
    )
    yield from _metric(
        "orderhealth_evaluated_timestamp_seconds",
        "The instant that was evaluated.",
        [({}, report.as_of.timestamp())],
    )
    yield from _metric(
        "orderhealth_open_findings",
        "Open findings by rule.",
        [({"rule": rule.rule_id, "stage": rule.stage}, rule.open) for rule in report.rules],
    )
    yield from _metric(
        "orderhealth_unknown_rules", "Rules that could not be evaluated.", [({}, health.unknown_rules)]
    )
    yield from _metric(
        "orderhealth_cases",
        "Cases that are not over, by owner.",
        [({"owner": one.owner}, one.cases) for one in report.cases],
    )
    yield from _metric(
        "orderhealth_overdue_cases",
        "Cases that are late, by owner.",
        [({"owner": one.owner}, one.overdue) for one in report.cases],
    )
    yield from _metric(
        "orderhealth_feed_fresh",
        "Whether a feed is fresh.",
        [({"feed": one.feed}, one.state == "fresh") for one in report.sources],
    )


def _metric(name: str, text: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        written = ",".join(f'{key}="{value_of.translate(_LABEL)}"' for key, value_of in labels.items())
        yield f"{name}{{{written}}} {float(value):g}" if written else f"{name} {float(value):.10g}"
