"""Values → HTML: the templates of the console, and those sections of the report that it shows as they are.

What belongs here: filling templates in. What does not: what is shown (pages/).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import jinja2
from starlette.responses import HTMLResponse

from orderhealth_pipeline.console.links import cases_of, page_of_order
from orderhealth_pipeline.console.registry import PAGES, Page
from orderhealth_pipeline.console.visit import Visit
from orderhealth_pipeline.messages import in_locale
from orderhealth_pipeline.report.words import formats

_WHOLE = "layout.html.j2"
_MAIN_PART = "fragment.html.j2"


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return what fills the templates; texts from outside are escaped."""
    loader = jinja2.ChoiceLoader(
        [
            jinja2.PackageLoader("orderhealth_pipeline.console", "templates"),
            jinja2.PrefixLoader(
                {"report": jinja2.PackageLoader("orderhealth_pipeline.report.render", "templates")}
            ),
            jinja2.PackageLoader("orderhealth_pipeline.report.render", "templates"),
        ]
    )
    return jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(
    visit: Visit, page: Page | None, template: str, values: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """Fill a template in: the whole page, or the main part alone for a page that is open already."""
    is_part = visit.request.headers.get("HX-Request") == "true"
    html = (
        environment()
        .get_template(template)
        .render(
            {
                "base": _MAIN_PART if is_part else _WHOLE,
                "visit": visit,
                "page": page,
                "pages": PAGES,
                "static": visit.site.static.path,
                "nonce": visit.request.state.nonce,
                "w": visit.words,
                "t": visit.texts,
                "f": formats,
                "said": partial(in_locale, locale=visit.locale),
                "wall": False,
                "page_of_order": page_of_order,
                "cases_of": cases_of,
                **values,
            }
        )
    )
    return HTMLResponse(html, status, {"Cache-Control": "no-store", "Vary": "HX-Request"})
