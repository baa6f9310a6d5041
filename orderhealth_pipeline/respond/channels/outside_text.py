"""Texts from outside (orders, shops, rule files) in a chat: shown as they are, and without effect.

What belongs here: what chat platforms make of signs in a text. What does not: breaks and invisible signs,
which the wording has taken out already (wording.py), and any one platform's own escapes.
"""

from __future__ import annotations

import re
from typing import Final

_HARMLESS: Final = str.maketrans(
    {"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "＇", "~": "～", "\\": "＼", "@": "＠"}
)
_EMPHASIS: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_SCHEME: Final = re.compile(
    r"(?i)\b(https?|ftp|file|mailto|tel|weixin|dingtalk|lark|slack|javascript|data):(?=\S)"
)
_DOT_OF_A_HOST: Final = re.compile(
    r"(?i)(?<=[^\W_])\.(?=(?:xn--)?[^\W\d_]{2,}\b)(?!(?:csv|duckdb|gz|html|json|jsonl|log|parquet|sql|txt|xlsx|ya?ml)\b)"
)
"""The dot before an ending such as `com`, but not before that of a file which a message tells of."""


def harmless(text: str) -> str:
    """Take markup, mentions and links out of an outside text.

    Most platforms know no escape sign, so full-width forms stand in: they look the same and can neither
    mention a person nor be taken for an address. Underscores within a word stay: identifiers have them.
    """
    text = _EMPHASIS.sub("＿", text.translate(_HARMLESS))
    return _DOT_OF_A_HOST.sub("．", _SCHEME.sub(r"\1：", text))
