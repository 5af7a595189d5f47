"""The documentation at /docs: the OpenAPI document and the kinds of problems as one page, without scripts of others."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from voc.api.errors import KINDS, PLAIN, kind_of
from voc.api.pages.frame import draw

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs(request: Request) -> Response:
    """Every route with its parameters and shapes, and every problem with its status."""
    document = request.app.openapi()
    problems = [{"code": cls.code, "status": kind_of(cls).status, "title": kind_of(cls).title} for cls in _classes()]
    problems += [{"code": plain.code, "status": status, "title": plain.title} for status, plain in PLAIN.items()]
    problems.sort(key=lambda row: (row["status"], row["code"]))
    return draw(request, "docs.html.j2", document=document, operations=_operations(document), problems=problems)


def _classes() -> list[Any]:
    """Every class of error that has a code of its own."""
    found, queue = [], list(KINDS)
    while queue:
        cls = queue.pop()
        if cls not in found:
            found.append(cls)
            queue.extend(cls.__subclasses__())
    return found


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The routes in the order of the document."""
    schemas = document["components"]["schemas"]
    return [
        {
            "method": method.upper(),
            "path": path,
            "about": operation.get("description", ""),
            "parameters": operation.get("parameters", []),
            "body": _shape(operation.get("requestBody"), schemas),
            "answers": {
                status: _shape(answer, schemas) for status, answer in operation["responses"].items() if status.isdigit()
            },
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _shape(part: dict[str, Any] | None, schemas: dict[str, Any]) -> str:
    """The JSON schema of a body as text, references followed once."""
    content = (part or {}).get("content", {}).get("application/json", {}).get("schema")
    if not content:
        return ""
    if "$ref" in content:
        content = schemas[content["$ref"].rsplit("/", 1)[1]]
    return json.dumps(content, ensure_ascii=False, indent=2)
