from __future__ import annotations

import pytest

from voc.api import answers


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v1/search?q=refund&k=5", answers.Hits),
        ("/v1/search?q=환불&mode=lexical", answers.Hits),
        ("/v1/search?q=환불&mode=dense&where=lang%3Dko", answers.Hits),
        ("/v1/themes", answers.Themes),
        ("/v1/themes?level=coarse", answers.Themes),
        ("/v1/trends", answers.Trends),
        ("/v1/trends?by=day", answers.Trends),
        ("/v1/attention", answers.Hits),
        ("/v1/runs", answers.Runs),
    ],
)
def test_every_list_has_the_shape_that_the_description_promises(client, path, shape):
    answer = client.get(path)
    assert answer.status_code == 200
    assert set(answer.json()) == {"data", "next"}
    shape.model_validate(answer.json())


def test_themes_come_largest_reach_first(client):
    reaches = [theme["reach"] for theme in client.get("/v1/themes").json()["data"]]
    assert len(reaches) > 5
    assert reaches == sorted(reaches, reverse=True)


def test_one_theme_knows_its_finer_themes_and_its_weeks(client):
    coarse = client.get("/v1/themes", params={"level": "coarse"}).json()["data"][0]
    theme = client.get(f"/v1/themes/{coarse['key']}").json()
    answers.ThemeOut.model_validate(theme)
    assert theme["children"]
    fine = client.get(f"/v1/themes/{theme['children'][0]['key']}").json()
    assert fine["parent"] == coarse["key"]
    assert client.get("/v1/trends", params={"theme": fine["key"]}).json()["data"][0]["windows"] == fine["windows"]


def test_items_of_a_theme_are_paged_without_repeats_or_gaps(client):
    key = client.get("/v1/themes").json()["data"][0]["key"]
    whole = client.get(f"/v1/themes/{key}/items", params={"limit": 200}).json()["data"]
    seen, cursor = [], None
    while True:
        page = client.get(f"/v1/themes/{key}/items", params={"limit": 17, **({"cursor": cursor} if cursor else {})})
        answers.Hits.model_validate(page.json())
        seen += [hit["item_id"] for hit in page.json()["data"]]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert len(seen) > 17
    assert seen == [hit["item_id"] for hit in whole]


def urgent(client, **params):
    return client.get("/v1/attention", params={"limit": 200, **params})


def test_attention_since_a_time_leaves_out_what_came_before_and_is_paged(client):
    every = urgent(client).json()["data"]
    since = every[40]["created_at"]
    expected = [hit["item_id"] for hit in every[:41]]
    answer = urgent(client, since=since).json()
    assert ([hit["item_id"] for hit in answer["data"]], answer["next"]) == (expected, None)
    seen, cursor = [], None
    while True:
        page = urgent(client, limit=17, since=since, **({"cursor": cursor} if cursor else {})).json()
        seen += [hit["item_id"] for hit in page["data"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == expected
    first = urgent(client, limit=17, since=since).json()["next"]
    assert urgent(client, limit=17, cursor=first).json()["code"] == "usage"


def test_a_date_without_an_offset_is_in_the_runs_zone(client):
    day = urgent(client).json()["data"][60]["created_at"][:10]
    said = urgent(client, since=f"{day}T00:00:00+09:00").json()
    assert said["data"]
    assert urgent(client, since=day).json()["data"] == said["data"]


@pytest.mark.parametrize("since", ["yesterday", "", "2026-13-01", "2026-10-01T09:00:00 09:00", "0"])
def test_what_is_no_date_is_a_usage_problem(client, since):
    answer = urgent(client, since=since)
    assert (answer.status_code, answer.json()["code"]) == (400, "usage")
    assert answer.json()["hint"]


@pytest.mark.parametrize("since", ["0001-01-01", "9999-12-31T23:59:59-23:59"])
def test_the_ends_of_all_time_are_dates_too(client, since):
    assert urgent(client, since=since).status_code == 200


@pytest.mark.parametrize("query", ["late delivery", "환불이 안 와요", "app crashes after the update"])
def test_search_is_paged_without_repeats(client, query):
    seen, cursor = [], None
    for _ in range(6):
        page = client.post("/v1/search", json={"q": query, "k": 10, "cursor": cursor}).json()
        assert len(page["data"]) == 10
        seen += [hit["item_id"] for hit in page["data"]]
        cursor = page["next"]
    assert len(set(seen)) == 60


def test_search_by_get_and_by_post_give_the_same(client):
    asked = {"q": "card payment fails", "k": 7, "mode": "hybrid", "where": "lang=en"}
    assert client.get("/v1/search", params=asked).json() == client.post("/v1/search", json=asked).json()


def test_a_query_finds_what_was_said_in_the_other_language(client):
    hits = client.get("/v1/search", params={"q": "결제가 안 돼요", "where": "lang=en", "k": 5}).json()["data"]
    assert {hit["lang"] for hit in hits} == {"en"}
    assert any(word in hit["text"].lower() for hit in hits for word in ("pay", "card", "checkout"))


@pytest.mark.parametrize(
    "params",
    [
        {"q": "a", "mode": "magic"},
        {"q": "a", "k": 0},
        {"q": "a", "k": 1001},
        {"q": "a", "where": "lang="},
        {"q": "a", "where": "rating<=many"},
        {"q": "a", "cursor": "not-ours"},
        {"q": "a" * 10_001},
    ],
)
def test_a_question_that_makes_no_sense_is_a_usage_problem(client, params):
    answer = client.get("/v1/search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "usage")
    assert answer.json()["hint"]


def test_a_blank_query_finds_nothing(client):
    assert client.get("/v1/search", params={"q": "  "}).json() == {"data": [], "next": None}


@pytest.mark.parametrize("path", ["/v1/themes/t_none", "/v1/themes/t_none/items", "/v1/items/none", "/v1/runs/none"])
def test_an_unknown_id_is_not_found(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_item_is_found_by_the_callers_id_and_by_ours(client):
    hit = client.get("/v1/search", params={"q": "refund", "k": 1}).json()["data"][0]
    ours = client.get(f"/v1/items/{hit['item_id']}").json()
    answers.ItemOut.model_validate(ours)
    assert client.get(f"/v1/items/{hit['id']}", params={"source": hit["source"]}).json() == ours
    spans = [(mention["start"], mention["end"]) for mention in ours["mentions"]]
    assert (hit["start"], hit["end"]) in spans
    assert ours["text"] == hit["text"]


@pytest.mark.parametrize(
    ("file_format", "media", "begins"),
    [("html", "text/html", "<!doctype html>"), ("md", "text/markdown", "# "), ("json", "application/json", "{")],
)
def test_the_latest_report_comes_in_each_format(client, file_format, media, begins):
    answer = client.get("/v1/reports/latest", params={"format": file_format, "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert answer.text.startswith(begins)


def test_a_run_is_shown_with_its_manifest_and_marked_if_current(client):
    runs = client.get("/v1/runs").json()["data"]
    assert [run["current"] for run in runs].count(True) == 1
    one = client.get(f"/v1/runs/{runs[0]['run_id']}").json()
    answers.Run.model_validate(one)
    assert one["manifest"]["basis"]["model"]["name"] == "multilingual-e5-small"


def test_before_the_first_run_a_question_says_what_to_do_and_the_service_is_ready(fake_client):
    answer = fake_client.get("/v1/search", params={"q": "a"})
    assert (answer.status_code, answer.json()["code"]) == (503, "no_run")
    assert answer.headers["retry-after"] == "60"
    ready = fake_client.get("/readyz")
    assert (ready.status_code, ready.json()["run"]) == (200, None)


def test_ready_says_what_is_there(client):
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["run"]["items"] > 600
    assert ready["model"]["name"] == "multilingual-e5-small"


def test_metrics_count_by_route_and_never_by_what_was_asked(client):
    client.get("/v1/search", params={"q": "unmistakable words of a query"})
    client.get("/v1/items/an-id-nobody-has")
    text = client.get("/metrics").text
    assert 'voc_http_requests_total{method="GET",route="/v1/search",status="200"}' in text
    assert 'voc_http_requests_total{method="GET",route="/v1/items/{id:path}",status="404"}' in text
    assert 'voc_searches_total{mode="hybrid"}' in text
    assert "voc_run_age_seconds" in text
    assert "voc_published_themes" in text
    assert "unmistakable" not in text
    assert "an-id-nobody-has" not in text
