"""Calls about cases. What belongs here: requests → words. What does not: saying them (work/speaking.py)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from orderhealth_pipeline.cases.numbers import meant_number
from orderhealth_pipeline.console.api.call import ApiError, Asked, part_of
from orderhealth_pipeline.console.api.models import (
    CaseList,
    CaseRecord,
    SaidOfCasesAnswer,
    TakenCase,
    WholeCase,
)
from orderhealth_pipeline.console.work.filters import CaseFilter
from orderhealth_pipeline.console.work.speaking import CaseWord, Speaker, assigned_to, speak_of_cases
from orderhealth_pipeline.pipeline.saying.cases import SaidOfCases
from orderhealth_pipeline.report.case_records import case_record, records_of
from orderhealth_pipeline.report.words.masking import mask_text


def list_cases(asked: Asked) -> CaseList:
    """List cases as the inbox has them."""
    wanted = CaseFilter.model_validate(asked.query.model_dump(exclude={"limit", "cursor"}))
    known = asked.site.board.live(with_ended=wanted.with_ended)
    chosen = wanted.choose(known.book.cases, asked.person.name)
    places, cursor = part_of(range(chosen.height), asked.query)
    rows = chosen[list(places)] if places else chosen.clear()
    return CaseList(as_of=known.as_of, total=chosen.height, cases=_records(rows), next=cursor)


def show_case(asked: Asked) -> WholeCase:
    """Show one case."""
    case_id = meant_number(asked.path["case_id"])
    known = asked.site.board.named([case_id])
    if known.book.cases.is_empty():
        raise ApiError(404, f"there is no case {mask_text(case_id)}")
    (record,) = _records(known.book.cases)
    whole = case_record(known.book)
    return WholeCase(
        **record.model_dump(), case_orders=whole["case_orders"], case_history=whole["case_history"]
    )


def acknowledge(asked: Asked) -> SaidOfCasesAnswer:
    """Acknowledge a case."""
    return _said_of_one(asked, "ack")


def assign(asked: Asked) -> SaidOfCasesAnswer:
    """Give a case to somebody."""
    what = assigned_to(_speaker(asked), asked.body.to, asked.body.role)
    return _said_of_one(asked, "assign", what, is_forced=asked.body.reassign)


def note(asked: Asked) -> SaidOfCasesAnswer:
    """Write a note on a case."""
    return _said_of_one(asked, "note")


def close(asked: Asked) -> SaidOfCasesAnswer:
    """Say what a case was."""
    return _said_of_one(asked, "close", asked.body.verdict)


def say_in_bulk(asked: Asked) -> SaidOfCasesAnswer:
    """Say one word about many cases; those that cannot be said it of are named."""
    body, what = asked.body, None
    if body.do == "assign":
        what = assigned_to(_speaker(asked), body.to, body.role)
    if body.do == "close":
        what = body.verdict
        if what is None:
            raise ApiError(422, "verdict: is needed to close cases")
    _require_there(asked, body.cases)
    done = speak_of_cases(_speaker(asked), body.cases, body.do, what, is_forced=body.reassign)
    return _answer(done)


def _said_of_one(
    asked: Asked, word: CaseWord, what: str | None = None, *, is_forced: bool = False
) -> SaidOfCasesAnswer:
    case_id = asked.path["case_id"]
    _require_there(asked, [case_id])
    done = speak_of_cases(_speaker(asked), [case_id], word, what, is_forced=is_forced)
    answer = _answer(done)
    if done.taken or done.over:
        lines = done.unsaid(asked.site.settings)
        raise ApiError(409, "; ".join(map(str, lines)), answer.model_dump(mode="json"))
    return answer


def _require_there(asked: Asked, case_ids: Sequence[str]) -> None:
    meant = {meant_number(each) for each in case_ids}
    there = set(asked.site.board.named(sorted(meant)).book.cases["case_id"])
    if missing := sorted(meant - there):
        raise ApiError(404, f"there is no case {mask_text(', '.join(missing[:20]))}")


def _speaker(asked: Asked) -> Speaker:
    return Speaker(asked.site, asked.person, asked.body.why)


def _answer(done: SaidOfCases) -> SaidOfCasesAnswer:
    return SaidOfCasesAnswer(
        entries=[each.entry for each in done.written if each.entry is not None],
        cases=[str(each.value) for each in done.written],
        taken=[TakenCase(case_id=each.case_id, by=mask_text(each.by), at=each.at) for each in done.taken],
        over=[case_id for case_id, _ in done.over],
        own=list(done.own),
    )


def _records(cases: pl.DataFrame) -> list[CaseRecord]:
    names = list(CaseRecord.model_fields)
    masked = (
        cases.with_columns(pl.col("holder").map_elements(mask_text, return_dtype=pl.String))
        if cases.height
        else cases
    )
    return [CaseRecord.model_validate(record) for record in records_of(masked.select(names))]
