"""Given lines of any text, what is no record costs itself alone: nothing is lost, merged or wrongly blamed.

A reader that goes from character to character says what is right; it is too slow for files.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from tests.ingest_files import FeedFolder

HEADER = "buyer_id,vip_level,registered_at,remark"
WORDS = st.text("ab\",\n \t'5", max_size=7)
LINES = st.lists(st.text('a",5 ', max_size=8), max_size=7)


def loaded(content: bytes) -> tuple[list[tuple[str, ...]], list[tuple[int, str, str | None]], int]:
    """The rows of a file of customers, its rejected lines with kind and text, and how many rows were read."""
    with TemporaryDirectory() as folder:
        feeds = FeedFolder(Path(folder))
        feeds.put("customers.csv", content)
        (file,) = feeds.load("customers")
        assert file.problem is None
        rejected = feeds.rejected("line, kind, row ->> 'text'")
        assert file.rows == file.new_rows + len(rejected)
        return feeds.rows("buyer_id, vip_level", "customers"), rejected, file.rows


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), st.sampled_from(["\n", "\r\n"]))
@example([("a\n\nb", "x"), ('"', "\nB9,x,,\n")], "\n")
def test_what_is_quoted_properly_is_read_whatever_it_says(words: list[tuple[str, str]], end: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(HEADER.split(","))
    writer.writerows((f"B{number}", f"x{level}x", "", remark) for number, (level, remark) in enumerate(words))
    rows, rejected, _ = loaded(text.getvalue().encode())
    assert rows == [(f"B{number}", f"x{level}x") for number, (level, _) in enumerate(words)]
    assert rejected == []


@given(broken=LINES, is_quoted=st.booleans())
@example(broken=['B"a', '"a""', "5"], is_quoted=False)
@example(broken=[",,,"], is_quoted=False)
def test_a_broken_line_costs_no_good_one(broken: list[str], is_quoted: bool) -> None:
    """Lines before and behind, which no open quote can take, are all there."""
    good = [f'"B{n}","x","","y"' if is_quoted else f"B{n},x,,y" for n in range(9)]
    lines = [line for n, each in enumerate(good) for line in [each, *broken[n : n + 1]]]
    rows, rejected, read = loaded("\n".join([HEADER, *lines]).encode())
    # A line of the right form, with a cell that is wrong, is kept by its cells: there is no text of it.
    assert {kind for _, kind, text in rejected if text is None} <= {"missing_value", "unreadable_instant"}
    texts = {line: text for line, _, text in rejected if text is not None}
    for line, text in texts.items():
        assert text.split("\n")[0] == ([HEADER, *lines])[line - 1]
    there = {buyer for buyer, _ in rows}
    if is_quoted:
        assert {f"B{n}" for n in range(9)} <= there
    assert read <= len(lines)
    assert sum(len(text.split("\n")) for text in texts.values()) + len(rows) <= len(lines)


CHINESE = st.text("杭州西湖区文三路号备注好评，（）aA1", min_size=2, max_size=9)
ENCODINGS = st.sampled_from(["utf-8", "gb18030"])


@given(st.lists(st.tuples(CHINESE, ENCODINGS), min_size=1, max_size=12))
def test_each_line_is_read_in_its_own_encoding(lines: list[tuple[str, str]]) -> None:
    texts = [(f"B{n},级{level}的,,", encoding) for n, (level, encoding) in enumerate(lines)]
    content = b"\n".join([HEADER.encode(), *(text.encode(encoding) for text, encoding in texts)])
    rows, rejected, _ = loaded(content)
    assert rejected == []
    assert rows == [(f"B{n}", f"级{level}的") for n, (level, _) in enumerate(lines)]


@given(
    st.lists(CHINESE, min_size=2, max_size=9), st.integers(0, 8), st.integers(1, 2), st.sampled_from(',a好"')
)
def test_a_character_that_was_cut_costs_its_line(
    levels: list[str], place: int, kept: int, follows: str
) -> None:
    """Bytes of a character that are followed by what cannot go on with it."""
    broken = place % len(levels)
    lines = [f"B{n},级{level}的,,".encode() for n, level in enumerate(levels)]
    lines[broken] += "备".encode()[:kept] + follows.replace('"', "x").encode() * (follows != ",")
    rows, rejected, _ = loaded(b"\n".join([HEADER.encode(), *lines]))
    assert [(line, kind) for line, kind, _ in rejected] == [(broken + 2, "broken_character")]
    assert rows == [(f"B{n}", f"级{level}的") for n, level in enumerate(levels) if n != broken]


@given(st.lists(st.text('a\ud83d\ude00\ud800\\u"\n好', max_size=6), min_size=1, max_size=6))
def test_half_an_emoji_costs_no_object(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        feeds = FeedFolder(Path(folder))
        objects = [{"buyer_id": f"B{n}", "vip_level": f"x{text}x"} for n, text in enumerate(texts)]
        feeds.put("customers.jsonl", "\n".join(map(json.dumps, objects)))
        feeds.load("customers")
        read = [f"x{text}x".encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
        assert feeds.rows("vip_level", "customers") == [(text,) for text in read]
