"""Style sheets, scripts and pictures: read once, compressed once, and kept by browsers for ever.

What belongs here: names with the hash of what is in them. What does not: who uses which (templates).
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from orderhealth_pipeline.report.render.html import style_sheet

_FOLDER: Final = Path(__file__).with_name("static")
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_BUNDLES: Final = {"console.js": ("vendor/htmx.min.js", "vendor/hx-csp.min.js", "live.js")}
"""What every page needs, as one file: each request costs a phone a tenth of a second."""
_STYLE: Final = "console.css"
"""The style sheet of all pages: the report's, its own, and those of single pages."""
_DARK: Final = re.compile(r"@media \(prefers-color-scheme: dark\) \{\n(.*?)\n\}\n", re.DOTALL)
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """A file as it is sent."""

    path: str
    media_type: str
    content: bytes
    compressed: bytes


class StaticFiles:
    """All files by their names, and by the paths under which they are asked for."""

    def __init__(self) -> None:
        contents = {
            str(file.relative_to(_FOLDER)): file.read_bytes()
            for file in sorted(_FOLDER.rglob("*"))
            if file.suffix in _TYPES
        }
        sheets = [name for name in contents if name.endswith(".css") and name != _STYLE]
        style = "\n".join([style_sheet(), *(contents[name].decode() for name in (_STYLE, *sheets))])
        contents = {name: content for name, content in contents.items() if name not in sheets}
        contents[_STYLE] = with_chosen_looks(style).encode()
        for bundle, parts in _BUNDLES.items():
            contents[bundle] = b";\n".join(contents[part].rstrip() for part in parts) + b"\n"
        self._by_name = {name: _static_file(name, content) for name, content in contents.items()}
        self._by_path = {file.path: file for file in self._by_name.values()}

    def path(self, name: str) -> str:
        """Return the path of a file, `/static/…`, which changes with its content."""
        return self._by_name[name].path

    def content(self, name: str) -> bytes:
        """Return what is in a file."""
        return self._by_name[name].content

    def serve(self, request: Request) -> Response:
        """Send a file, compressed to whoever takes that."""
        file = self._by_path.get(request.url.path)
        if file is None:
            return Response("", 404)
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(file.compressed, media_type=file.media_type, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)


def with_chosen_looks(style: str) -> str:
    """Let what the style sheet says for the dark also hold where `dark` is chosen, and never for `light`."""

    def both(block: re.Match[str]) -> str:
        rules = block[1].replace(":root", "&")
        by_system = f"@media (prefers-color-scheme: dark) {{ html:not(.light) {{\n{rules}\n}} }}\n"
        return f"{by_system}html.dark {{\n{rules}\n}}\n"

    return _DARK.sub(both, style)


def _static_file(name: str, content: bytes) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()[:12]
    stem, _, ending = name.rpartition(".")
    return StaticFile(
        path=f"/static/{stem}.{digest}.{ending}",
        media_type=_TYPES[f".{ending}"],
        content=content,
        compressed=gzip.compress(content, mtime=0),
    )
