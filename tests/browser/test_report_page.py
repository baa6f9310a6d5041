"""The report in Chromium, on a phone and on a desk: it fits, loads nothing, and can be read and tapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SIZES, Opened, open_page

pytestmark = pytest.mark.browser

PHONE = SIZES["phone"]
Pages = dict[tuple[str, str], Path]

TEXTS_BEYOND_THEIR_CARD = """() => [...document.querySelectorAll('main *')].filter(element => {
  if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) return false;
  const box = element.getBoundingClientRect(), card = element.closest('.card');
  if (!card || !box.width) return false;
  const frame = card.getBoundingClientRect();
  return box.left < frame.left - 0.5 || box.right > frame.right + 0.5;
}).map(element => element.textContent)"""

CHART_TEXTS = """() => [...document.querySelectorAll('svg.chart')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => text.textContent).map(text => {
    const box = text.getBoundingClientRect();
    return {chart: svg.querySelector('title').id, text: text.textContent, left: box.left - frame.left,
      right: frame.right - box.right, top: box.top - frame.top, bottom: frame.bottom - box.bottom,
      x: box.left, y: box.top, width: box.width, height: box.height,
      size: parseFloat(getComputedStyle(text).fontSize) * frame.width / svg.viewBox.baseVal.width};
  });
})"""

TAPPED = """() => [...document.querySelectorAll('summary')].map(summary => {
  const box = summary.getBoundingClientRect();
  return {text: summary.textContent.trim(), width: box.width, height: box.height};
})"""


def chart_texts(opened: Opened) -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = opened.page.evaluate(CHART_TEXTS)
    assert texts
    return texts


def test_the_page_asks_for_nothing_but_itself_and_complains_of_nothing(opened: Opened) -> None:
    assert [url.partition(":")[0] for url in opened.requests] == ["file"]
    assert opened.complaints == []


def test_nothing_scrolls_sideways(opened: Opened) -> None:
    inside, outside = opened.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert inside <= outside


def test_no_text_leaves_its_card(opened: Opened) -> None:
    assert opened.page.evaluate(TEXTS_BEYOND_THEIR_CARD) == []


def test_no_label_of_a_chart_is_clipped(opened: Opened) -> None:
    clipped = [
        text
        for text in chart_texts(opened)
        if min(text["left"], text["right"], text["top"], text["bottom"]) < -0.5
    ]
    assert clipped == []


def test_no_two_labels_of_a_chart_overlap(opened: Opened) -> None:
    texts = chart_texts(opened)
    overlapping = [
        (one["text"], other["text"])
        for number, one in enumerate(texts)
        for other in texts[number + 1 :]
        if one["chart"] == other["chart"]
        and one["text"] != other["text"]  # a figure lies on its own halo
        and one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] + one["height"] / 4 < other["y"] + other["height"] * 3 / 4
        and other["y"] + other["height"] / 4 < one["y"] + one["height"] * 3 / 4
    ]
    assert overlapping == []


def test_labels_of_charts_are_large_enough_to_read(opened: Opened) -> None:
    assert min(text["size"] for text in chart_texts(opened)) >= 11


def test_everything_that_opens_can_be_hit_with_a_thumb(opened: Opened) -> None:
    targets = opened.page.evaluate(TAPPED)
    assert targets
    assert [target for target in targets if target["height"] < 44 or target["width"] < 44] == []


def test_opening_every_part_still_scrolls_nowhere_sideways(opened: Opened) -> None:
    fold = "open => document.querySelectorAll('details').forEach(part => part.open = open)"
    opened.page.evaluate(fold, arg=True)
    inside, outside = opened.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    beyond = opened.page.evaluate(TEXTS_BEYOND_THEIR_CARD)
    opened.page.evaluate(fold, arg=False)
    assert inside <= outside
    assert beyond == []


def test_the_first_screen_of_a_phone_says_how_bad_why_and_what_to_do(browser: Browser, pages: Pages) -> None:
    for opened in open_page(browser, pages["promotion", "zh"], PHONE):
        for text in ("82.47", "已跌破告警线", "−7.41", "系统对接负责人：检查商城到 ERP 的同步任务。"):
            box = opened.page.get_by_text(text, exact=True).first.bounding_box()
            assert box is not None, text
            assert box["y"] + box["height"] <= PHONE[1], text


def test_a_rule_opens_by_a_tap_and_shows_its_examples(browser: Browser, pages: Pages) -> None:
    for opened in open_page(browser, pages["promotion", "zh"], PHONE):
        example = opened.page.locator(".stages .samples", has_text="TM20261110000003")
        assert not example.is_visible()
        opened.page.locator(".stages summary", has_text="出库后物流不更新").click()
        assert example.is_visible()


def test_labels_and_ground_of_the_charts_differ_in_the_dark(browser: Browser, pages: Pages) -> None:
    for opened in open_page(browser, pages["promotion", "zh"], PHONE, dark=True):
        ground, ink, score = opened.page.evaluate(
            """() => [getComputedStyle(document.querySelector('.card')).backgroundColor,
            getComputedStyle(document.body).color,
            getComputedStyle(document.querySelector('.gauge text')).fill]"""
        )
        assert score == ink
        assert score != ground


def test_a_printed_report_shows_what_is_folded_on_the_screen(browser: Browser, pages: Pages) -> None:
    for opened in open_page(browser, pages["promotion", "zh"], SIZES["desk"]):
        opened.page.emulate_media(media="print")
        assert opened.page.locator(".stages .samples", has_text="TM20261110000003").is_visible()
