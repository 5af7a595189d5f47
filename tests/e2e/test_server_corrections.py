"""Corrections over a real server, made by its own callers and by another process."""

from __future__ import annotations

import http.client
import json
import shutil
from contextlib import closing

import pytest


@pytest.fixture(scope="module")
def served(demo_home, tmp_path_factory, load_script, offline):
    """The port and the home of a server that these tests may write to."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("corrected") / "home")
    with load_script.served(home, environment={**offline, "VOC_TZ": "Asia/Seoul"}) as port:
        yield port, home


def ask(port, method, path, body=None):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def urgent(port):
    return [hit["item_id"] for hit in ask(port, "GET", "/v1/attention?limit=200")[1]["data"]]


def test_a_correction_over_http_holds_until_it_is_undone(served):
    port, _ = served
    before = urgent(port)
    status, made = ask(port, "POST", "/v1/edits", {"kind": "score", "item": before[0], "urgency": "low"})
    assert status == 201
    assert urgent(port)[:100] == before[1:101]
    assert ask(port, "GET", f"/v1/items/{before[0]}")[1]["urgency"]["level"] == "low"
    assert ask(port, "GET", "/v1/edits")[1]["data"][0] == made
    assert ask(port, "POST", "/v1/edits", {"kind": "undo", "edit": made["edit_id"]})[0] == 201
    assert urgent(port) == before


def test_the_server_notices_what_another_process_corrects(served, voc):
    port, home = served
    first, second = urgent(port)[:2]
    done = voc("edit", "score", first, "--urgency", "normal", "--home", home, "--json")
    assert done.code == 0, done.err
    assert urgent(port)[0] == second
    assert voc("edit", "undo", done.json["edit_id"], "--home", home).code == 0
    assert urgent(port)[0] == first
