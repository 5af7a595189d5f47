from __future__ import annotations

from typing import Any

PROMISED = {
    "/v1/feedback": {"post"},
    "/v1/items/{id}": {"get"},
    "/v1/search": {"get", "post"},
    "/v1/themes": {"get"},
    "/v1/themes/{key}": {"get"},
    "/v1/themes/{key}/items": {"get"},
    "/v1/trends": {"get"},
    "/v1/attention": {"get"},
    "/v1/alerts": {"get"},
    "/v1/alerts/flags": {"get"},
    "/v1/alerts/{alert_id}/{action}": {"post"},
    "/v1/compare": {"get"},
    "/v1/edits": {"get", "post"},
    "/v1/score": {"post"},
    "/v1/tags": {"get", "post"},
    "/v1/tags/{name}": {"get", "delete"},
    "/v1/embeddings": {"post"},
    "/v1/runs": {"get", "post"},
    "/v1/runs/{run_id}": {"get"},
    "/v1/reports/latest": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
}


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in references(value)]
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def test_the_description_lists_every_route_that_is_promised_and_no_page(fake_client):
    document = fake_client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {path: set(methods) for path, methods in document["paths"].items()} == PROMISED


def test_every_reference_of_the_description_leads_somewhere(fake_client):
    document = fake_client.get("/openapi.json").json()
    found = references(document)
    assert len(found) > 20
    for reference in found:
        at: Any = document
        assert reference.startswith("#/")
        for part in reference[2:].split("/"):
            at = at[part]


def test_operations_have_their_own_ids_and_declare_their_path_parameters(fake_client):
    document = fake_client.get("/openapi.json").json()
    operations = [(path, operation) for path, methods in document["paths"].items() for operation in methods.values()]
    ids = [operation["operationId"] for _, operation in operations]
    assert len(ids) == len(set(ids))
    for path, operation in operations:
        named = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert named == {row["name"] for row in operation.get("parameters", []) if row["in"] == "path"}
        assert operation["description"]


def test_every_route_of_the_api_describes_its_problems_and_its_answer(fake_client):
    document = fake_client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            shape = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            assert shape == {"$ref": "#/components/schemas/Problem"}
            good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            if path.startswith("/v1"):
                assert any(content for content in good["content"].values()) or path == "/v1/reports/latest"


def test_the_documentation_page_shows_every_route_without_foreign_scripts(fake_client):
    page = fake_client.get("/docs").text
    assert [path for path in PROMISED if f"<code>{path}</code>" not in page] == []
    assert "http://" not in page
    assert "https://" not in page
