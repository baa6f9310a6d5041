"""Every page of the console: where it is, what it needs to be seen, and who makes it.

What belongs here: one line a page. To add one, write a module in `pages/` with a function that takes a
`Visit` and returns the values of its template (or a response of its own), a template that extends `base`,
texts in `pages/<name>.yml`, and put a line here. What does not: making pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from starlette.responses import Response

from orderhealth_pipeline.console.access.roles import Verb
from orderhealth_pipeline.console.incoming import files_page
from orderhealth_pipeline.console.pages import (
    actions,
    alerts,
    calendar,
    case,
    cases,
    now,
    orders,
    process,
    rule,
    rule_condition,
    rule_publish,
    rules,
    settings,
    sources,
)
from orderhealth_pipeline.console.pages.rulebook import backtests, new, new_publish
from orderhealth_pipeline.console.visit import Visit

Shown = Mapping[str, Any] | Response
Method = Literal["GET", "POST"]

_BOTH: Final[tuple[Method, ...]] = ("GET", "POST")


@dataclass(frozen=True)
class Page:
    """One page: its route, the verb that it needs, what makes it, and its template.

    `nav` says where the navigation shows it: on the bar of a phone, behind its last button, or nowhere; its
    text is `nav_<name>`, its picture `#<name>` of `static/icons.svg`. `scripts` are files of `static/` that
    this page loads besides those of all. `is_live` ones are fetched again when something is published or
    said, and morphed in place. Where a page shows people, `looks_at` names what the audit log says was looked
    at: the `{id}` of its path, else its address. One that `takes_file` reads a file from whoever may send it.
    """

    name: str
    path: str
    show: Callable[[Visit], Shown]
    template: str = ""
    verb: Verb = "look"
    methods: tuple[Method, ...] = ("GET",)
    nav: Literal["bar", "more"] | None = None
    scripts: tuple[str, ...] = ()
    looks_at: str = ""
    is_live: bool = True
    takes_file: bool = False


PAGES: Final[tuple[Page, ...]] = (
    Page("now", "/", now.show, "now.html.j2", nav="bar"),
    Page(
        "cases",
        "/cases",
        cases.show,
        "cases.html.j2",
        methods=_BOTH,
        scripts=("work.js",),
        nav="bar",
        looks_at="cases",
    ),
    Page(
        "case", "/cases/{id}", case.show, "case.html.j2", methods=_BOTH, scripts=("work.js",), looks_at="case"
    ),
    Page(
        "actions",
        "/actions",
        actions.show,
        "actions.html.j2",
        methods=_BOTH,
        scripts=("work.js",),
        nav="more",
    ),
    Page("search", "/search", orders.search, "search.html.j2", nav="bar", looks_at="search"),
    Page("order", "/orders/{order_id:path}", orders.show, "order.html.j2", looks_at="order"),
    Page(
        "unmask", "/unmask", orders.show_unmasked, "order.html.j2", "unmask", methods=("POST",), is_live=False
    ),
    Page("process", "/process", process.show, "process.html.j2", nav="more"),
    Page("waiting", "/process/waiting", process.waiting, "waiting.html.j2"),
    Page("sources", "/sources", sources.show, "sources.html.j2", nav="more", scripts=("drop.js",)),
    Page(
        "word_meanings",
        "/sources/words",
        sources.say_what_words_mean,
        "sources.html.j2",
        "change_rules",
        methods=("POST",),
        is_live=False,
    ),
    Page(
        "file_received",
        "/sources/files",
        sources.receive_file,
        "sources.html.j2",
        "change_rules",
        methods=("POST",),
        scripts=("drop.js",),
        is_live=False,
        takes_file=True,
    ),
    Page(
        "file",
        "/sources/files/{number}",
        files_page.show,
        "file.html.j2",
        "change_rules",
        looks_at="file",
        is_live=False,
    ),
    Page(
        "file_decide",
        "/sources/files/{number}/{deed}",
        files_page.decide,
        "file.html.j2",
        "change_rules",
        methods=("POST",),
        is_live=False,
    ),
    Page("rejected", "/sources/rejected.csv", sources.download, looks_at="rejected rows"),
    Page("alerts", "/alerts", alerts.show, "alerts.html.j2", nav="more"),
    Page("rules", "/rules", rules.show, "rules.html.j2", nav="more"),
    Page(
        "rule_new",
        "/rules/new",
        new.show,
        "rule_new.html.j2",
        scripts=("vendor/sortable.min.js", "cards.js"),
        is_live=False,
    ),
    Page("rule_new_effect", "/rules/new/effect", new.effect, "rule_effect.html.j2", is_live=False),
    Page(
        "rule_new_review",
        "/rules/new/review",
        new_publish.review,
        "rule_new_review.html.j2",
        "change_rules",
        is_live=False,
    ),
    Page(
        "rule_new_publish",
        "/rules/new/publish",
        new_publish.publish,
        "rule_new_review.html.j2",
        "change_rules",
        methods=("POST",),
        is_live=False,
    ),
    Page("backtests", "/backtests", backtests.index, "backtests.html.j2", is_live=False),
    Page(
        "backtest_ask",
        "/backtests/ask",
        backtests.ask_for_one,
        "backtest_new.html.j2",
        "change_rules",
        methods=("POST",),
        is_live=False,
    ),
    Page(
        "backtest_new",
        "/backtests/new",
        backtests.start,
        "backtest_new.html.j2",
        "change_rules",
        is_live=False,
    ),
    Page("backtest", "/backtests/{number}", backtests.show, "backtest.html.j2", is_live=False),
    Page("backtest_state", "/backtests/{number}/state", backtests.show, "backtest_state.html.j2"),
    Page("backtest_stop", "/backtests/{number}/stop", backtests.stop, verb="change_rules", methods=("POST",)),
    Page(
        "backtest_again", "/backtests/{number}/again", backtests.again, verb="change_rules", methods=("POST",)
    ),
    Page("rule_effect", "/rules/{id}/effect", rule.effect, "rule_effect.html.j2"),
    Page("rule_messages", "/rules/{id}/messages", rule.messages, "rule_messages.html.j2"),
    Page(
        "rule_review",
        "/rules/{id}/review",
        rule_publish.review,
        "rule_review.html.j2",
        "change_rules",
        is_live=False,
    ),
    Page(
        "rule_publish",
        "/rules/{id}/publish",
        rule_publish.publish,
        "rule_review.html.j2",
        "change_rules",
        methods=("POST",),
        is_live=False,
    ),
    Page(
        "rule_decide",
        "/rules/changes/{change}/{deed}",
        rule_publish.decide,
        verb="change_rules",
        methods=("POST",),
    ),
    Page("rules_copy", "/rules/copy", rule_publish.copy, verb="change_rules", methods=("POST",)),
    Page(
        "rule_condition",
        "/rules/{id}/condition",
        rule_condition.show,
        "rule_condition.html.j2",
        scripts=("vendor/sortable.min.js", "cards.js"),
        is_live=False,
    ),
    Page(
        "calendar",
        "/calendar",
        calendar.show,
        "calendar.html.j2",
        nav="more",
        scripts=("calendar.js",),
        is_live=False,
    ),
    Page(
        "calendar_publish",
        "/calendar/publish",
        calendar.publish,
        "calendar.html.j2",
        "change_rules",
        methods=("POST",),
        scripts=("calendar.js",),
        is_live=False,
    ),
    Page("rule", "/rules/{id}", rule.show, "rule.html.j2", scripts=("rule.js",), is_live=False),
    Page(
        "settings", "/settings", settings.show, "settings.html.j2", methods=_BOTH, nav="more", is_live=False
    ),
)
