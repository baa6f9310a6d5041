"""A drawing → an SVG element: inside a page, or a file of its own.

What belongs here: the element around the marks, which scales and speaks to screen readers. What does not:
the marks (canvas.py), and what is drawn (charts.py).
"""

from __future__ import annotations

from markupsafe import Markup

from orderhealth_pipeline.report.render.canvas import COLOURS, Canvas, px


def inline_svg(drawing: Canvas, *, name: str, title: str, description: str) -> Markup:
    """Return a drawing as an SVG element as wide as its container.

    `name` is unique in the page: it starts every id of the drawing. Title and description are for screen
    readers.
    """
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" role="img"'
        ' aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>{marks}</svg>'
    ).format(
        width=px(drawing.width),
        height=px(drawing.height),
        name=name,
        title=title,
        description=description,
        marks=drawing.marks,
    )


def svg_file(drawing: Canvas, *, padding: float = 0) -> str:
    """Return a drawing as a file of its own, on the ground of the page and with so many pixels around it."""
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            ' viewBox="{corner} {corner} {width} {height}" font-family="sans-serif">'
            '<rect x="{corner}" y="{corner}" width="{width}" height="{height}" fill="{ground}"/>'
            "{marks}</svg>\n"
        ).format(
            width=px(drawing.width + 2 * padding),
            height=px(drawing.height + 2 * padding),
            corner=px(-padding),
            ground=COLOURS["surface"],
            marks=drawing.marks,
        )
    )
