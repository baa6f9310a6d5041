"""The Markdown keeps texts from outside from becoming markup, and names nobody."""

from __future__ import annotations

import pytest

from orderhealth_pipeline.report.render.markdown import render_markdown
from tests.unit.report.conftest import ReportOf
from tests.unit.report.test_html import PEOPLE


@pytest.fixture(scope="module")
def promotion(report_of: ReportOf) -> str:
    return render_markdown(report_of("promotion"))


def test_html_of_a_shops_name_is_spelled_out(promotion: str) -> None:
    assert "<" not in promotion
    assert '&lt;script&gt;alert("店")&lt;/script&gt;' in promotion


@pytest.mark.parametrize("secret", [*PEOPLE, "topsecret"])
def test_nobody_is_named_and_no_secret_told(secret: str, promotion: str) -> None:
    assert secret not in promotion


def test_a_name_cannot_break_a_table_or_add_emphasis(report_of: ReportOf) -> None:
    report = report_of("healthy", "en")
    first = report.rules[0].model_copy(update={"title": "a|b\n# *c* `d`"})
    page = render_markdown(report.model_copy(update={"rules": (first,)}))
    assert "| Ordering | a\\|b \\# \\*c\\* \\`d\\` | none found | 0 | 0 |" in page


def test_unknown_rules_are_told_with_their_reason(report_of: ReportOf) -> None:
    page = render_markdown(report_of("unknown"))
    assert "| 物流 | 出库后物流不更新 | 未知：缺少可用的数据：物流轨迹（缺失） | 0 | 0 |" in page
