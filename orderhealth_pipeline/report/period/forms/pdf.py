"""The report of a period as a PDF, made of its page by a library.

What belongs here: the paper, and what is said where the library cannot work. What does not: the page
(page.py). Nothing is fetched: an address in a text from outside stays a text.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

from orderhealth_pipeline.errors import ConfigurationError
from orderhealth_pipeline.messages import Message
from orderhealth_pipeline.report.period.forms.page import render_page
from orderhealth_pipeline.report.period.model import PeriodReport

_FONTS: Final = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, sans-serif"
_PAPER: Final = f"""
@page {{ size: A4; margin: 14mm 12mm; @bottom-right {{ content: counter(page) " / " counter(pages);
  font-family: {_FONTS}; font-size: 8pt; color: #5a6876; }} }}
body {{ font-family: {_FONTS}; font-size: 9.5pt; background: #ffffff; }}
header, main, footer {{ max-width: none; padding: 0; }}
.card {{ border-radius: 4pt; padding: 8pt 10pt; }}
.figures, .small {{ font-size: 8.5pt; }}
.figures tr {{ break-inside: avoid; }}
.part {{ break-inside: auto; }}
h2 {{ break-after: avoid; font-size: 12pt; }}
.chart {{ max-width: 380px; margin: 0; }}
"""


def render_pdf(report: PeriodReport) -> bytes:
    """Return the report as a PDF.

    Raises ConfigurationError, with the way out, where the library or what it draws with is missing.
    """
    weasyprint = _weasyprint()
    # A drawing is drawn apart from the page: its style sheet says nothing there.
    page = render_page(report, _PAPER).replace("<svg ", f'<svg font-family="{_FONTS}" ')
    document = weasyprint.HTML(string=page, url_fetcher=_refuse)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _weasyprint() -> Any:
    try:
        # It loads Pango, which takes a third of a second where it is there, and fails where it is not.
        import weasyprint
    except ImportError:
        raise ConfigurationError(
            Message(
                "a PDF needs the extra `pdf`, which is not installed: "
                "pip install 'orderhealth-pipeline[pdf]', or leave pdf out of `report.forms`"
            )
        ) from None
    except OSError:
        raise ConfigurationError(
            Message(
                "a PDF needs Pango, which this machine lacks: "
                "apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk, "
                "or leave pdf out of `report.forms`"
            )
        ) from None
    return weasyprint


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"nothing is fetched for a report: {url[:60]}")
