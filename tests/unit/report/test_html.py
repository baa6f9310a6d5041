"""The page stands alone, escapes texts from outside, hides people, and answers three questions first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from orderhealth_pipeline.report.render.canvas import COLOURS
from orderhealth_pipeline.report.render.html import render_html
from orderhealth_pipeline.words import Locale
from tests.unit.report.conftest import STORES, ReportOf

EVERY_PAGE = [(store, locale) for store in STORES for locale in ("zh", "en")]
PEOPLE = ("13912345678", "13712345678", "13612345678", "88001234", "王小二", "欧阳娜娜", "文三路", "小明")


class Page(HTMLParser):
    """Collects what a browser would see: tags, attributes, and the text that is shown."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self.attributes if name in names]


PageOf = Callable[[str, Locale], str]


@pytest.fixture(scope="module")
def page_of(report_of: ReportOf) -> PageOf:
    return cache(lambda store, locale: render_html(report_of(store, locale)))


@pytest.fixture(scope="module")
def promotion(page_of: PageOf) -> str:
    return page_of("promotion", "zh")


@pytest.mark.parametrize(("store", "locale"), EVERY_PAGE)
def test_no_page_loads_or_runs_anything(store: str, locale: Locale, page_of: PageOf) -> None:
    source = page_of(store, locale)
    page = Page(source)
    assert page.tags.keys().isdisjoint({"script", "link", "img", "iframe", "object", "base", "form"})
    assert not page.values("src", "href", "xlink:href", "action", "srcset")
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "@import" not in source
    assert not re.search(r"url\((?!#)", source)


@pytest.mark.parametrize(("store", "locale"), EVERY_PAGE)
def test_ids_are_unique_among_all_drawings_of_a_page(store: str, locale: Locale, page_of: PageOf) -> None:
    page = Page(page_of(store, locale))
    ids = Counter(page.values("id"))
    assert ids
    assert set(ids.values()) == {1}
    described = {name for value in page.values("aria-labelledby") for name in value.split()}
    assert described <= ids.keys()


@pytest.mark.parametrize("store", STORES)
def test_every_drawing_scales_and_speaks(store: str, page_of: PageOf) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page_of(store, "zh"), re.DOTALL)
    assert drawings
    for drawing in drawings:
        svg = ET.fromstring(drawing)  # noqa: S314 - our own drawing
        assert svg.get("viewBox")
        assert svg.get("width") is None
        assert [child.tag.rpartition("}")[2] for child in svg][:2] == ["title", "desc"]
        assert all(child.text for child in list(svg)[:2])


def test_texts_from_outside_are_shown_and_never_run(promotion: str) -> None:
    assert "<script" not in promotion
    assert "<b>李四" not in promotion
    shown = "".join(Page(promotion).texts)
    assert '<script>alert("店")</script>' in shown
    assert "WAIT_<i>X</i>" in shown


@pytest.mark.parametrize("secret", [*PEOPLE, "topsecret", "access_token"])
def test_nobody_is_named_and_no_secret_told(secret: str, promotion: str) -> None:
    assert secret not in promotion


def test_the_first_section_says_how_bad_why_and_what_to_do(promotion: str) -> None:
    first = promotion[promotion.index("<main>") : promotion.index("</section>")]
    for text in ("82.47", "已跌破告警线", "已付款，ERP 没有记录", "−7.41", "检查商城到 ERP 的同步任务"):
        assert text in first


def test_an_unknown_rule_is_told_on_the_first_screen_and_in_the_verdict(page_of: PageOf) -> None:
    page = page_of("unknown", "zh")
    first = page[page.index("<main>") : page.index("</section>")]
    for text in ("无法确认是否正常", "可以补充：物流轨迹", "未知不等于正常", "只检查了 50.0%"):
        assert text in first
    assert "level-healthy" not in page.partition("<body")[2].partition(">")[0]


def test_no_active_order_shows_a_dash_for_a_score(page_of: PageOf) -> None:
    page = page_of("empty", "zh")
    assert ">—</text>" in page
    assert "没有可评估的订单" in page


def test_a_page_stays_small_enough_for_a_chat(promotion: str) -> None:
    assert len(promotion.encode()) < 200_000


@pytest.mark.parametrize("name", COLOURS)
def test_every_colour_of_the_charts_has_its_counterpart_in_the_dark(name: str, promotion: str) -> None:
    dark = promotion.partition("prefers-color-scheme: dark")[2]
    drawn = {match for match in ("fill", "stroke") if f'{match}="{COLOURS[name]}"' in promotion}
    assert all(f'[{attribute}="{COLOURS[name]}"]' in dark for attribute in drawn)


def test_colours_of_the_charts_are_those_of_the_list_only(promotion: str) -> None:
    body = promotion.partition("<body")[2]
    assert set(re.findall(r"#[0-9a-f]{6}\b", body)) <= set(COLOURS.values())
