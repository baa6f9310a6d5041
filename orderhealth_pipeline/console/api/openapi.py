"""The OpenAPI description, made of the table of calls and their models.

What belongs here: OpenAPI 3.1. What does not: the calls (registry.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from orderhealth_pipeline.console.access.roles import role_table
from orderhealth_pipeline.console.api.call import Call, Given

BASE: Final = "/api/v1"
FILE_TYPE: Final = "application/octet-stream"
_REF: Final = "#/components/schemas/{model}"
_PROBLEM: Final = "application/problem+json"
_ALWAYS: Final = (400, 401, 403, 422, 429, 503)
_REASONS: Final = {
    400: "The request cannot be read",
    401: "Nobody is signed in, and there is no token that opens anything",
    403: "The person, or the token, may not do this",
    404: "There is no such thing",
    409: "Somebody else was first, or it has gone on since",
    413: "The file is too large",
    415: "The body is not of the type that is expected",
    422: "What was given cannot be",
    429: "Too many requests",
    503: "Nothing was evaluated yet, or the store or the desk cannot be read",
}


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


def describe(calls: Iterable[Call]) -> dict[str, Any]:
    """Return the description of calls."""
    calls = tuple(calls)
    given = {model for call in calls for model in (call.query, call.body) if model is not None}
    gives = {call.gives for call in calls} | {Problem}
    _, schemas = models_json_schema(
        [
            *((model, "validation") for model in sorted(given, key=lambda each: each.__name__)),
            *((model, "serialization") for model in sorted(gives, key=lambda each: each.__name__)),
        ],
        ref_template=_REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(BASE + call.path, {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "orderhealth",
            "version": version("orderhealth-pipeline"),
            "description": "Everything the console's pages can do. Instants are ISO 8601, amounts are text.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(call: Call) -> dict[str, Any]:
    answers = {str(call.status): _answer("What was asked for", "application/json", call.gives.__name__)}
    body = (415,) if call.body is not None else (413, 415) if call.takes_file else ()
    for status in sorted({*_ALWAYS, *body, *call.failures}):
        answers[str(status)] = _answer(_REASONS[status], _PROBLEM, Problem.__name__)
    title = "Any person, any token" if call.verb is None else role_table().verbs[call.verb].title.en
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "description": f"Needs: {title} (scope `{call.verb}`)." if call.verb else f"Needs: {title}.",
        "parameters": [*_path_parameters(call.path), *_query_parameters(call.query)],
        "responses": answers,
    }
    if call.body is not None:
        schema = {"$ref": _REF.format(model=call.body.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if call.takes_file:
        content = {FILE_TYPE: {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _answer(text: str, media_type: str, model: str) -> dict[str, Any]:
    return {"description": text, "content": {media_type: {"schema": {"$ref": _REF.format(model=model)}}}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^/\\?#%]+$"}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query_parameters(model: type[Given]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(described)}
        for name, described in schema.get("properties", {}).items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Take out null, which no address can say."""
    kinds = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    if len(kinds) == 1:
        return {
            **{key: value for key, value in schema.items() if key not in {"anyOf", "default"}},
            **kinds[0],
        }
    return schema
