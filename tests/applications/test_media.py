"""The video platform's services as they run: processes against PostgreSQL, Valkey and moto."""

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pytest

from media import schema
from tests.applications import losses
from tests.support.servers import commands
from tests.support.servers.aws import dynamodb
from tests.support.servers.media import Media, media
from tests.support.servers.process import ask

DOCS = Path(__file__).parents[2] / "docs" / "media.md"
POPULAR = ["harbour", "night-train", "deep-water", "two-keys", "orchard", "tiny-robots"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Media]:
    with media(tmp_path_factory.mktemp("media")) as made:
        yield made


@pytest.fixture
def platform(running: Media) -> Iterator[Media]:
    yield running
    running.mend()


def profile(platform: Media, name: str = "anna") -> str:
    assert ask(f"{platform.auth.url}/auth/{name}", "PUT", {"name": "Anna", "language": "de"}).status == 204
    return f"{platform.recommendations.url}/recommendations/{name}"


def titles(url: str) -> list[str]:
    return [title["id"] for title in ask(url).body["titles"]]


def test_profiles_are_kept_read_replaced_and_deleted(platform: Media) -> None:
    url = f"{platform.auth.url}/auth/7"
    assert ask(url).status == 404
    assert ask(url, "PUT", {"name": "Anna"}).status == 204
    assert ask(url, "PUT", {"name": "Anna", "language": "de"}).status == 204
    assert ask(url).body == {"name": "Anna", "language": "de"}
    assert ask(url, "DELETE").status == 204
    assert ask(url).status == 404


def test_a_viewer_gets_what_was_not_watched_and_the_watched_genres_first(platform: Media) -> None:
    everybody = ask(f"{platform.recommendations.url}/recommendations").body
    assert [title["id"] for title in everybody["titles"]] == POPULAR
    viewer = profile(platform)
    assert titles(viewer) == POPULAR
    assert ask(viewer, "PUT", {"watched": ["night-train", "gone"]}).status == 204
    found = ask(viewer).body
    assert [title["id"] for title in found["titles"]] == ["two-keys", "harbour", "deep-water", "orchard", "tiny-robots"]
    assert found["personal"] is True
    assert ask(viewer, "DELETE").status == 204
    assert titles(viewer) == POPULAR
    nobody = f"{platform.recommendations.url}/recommendations/nobody"
    assert ask(nobody).status == 404
    assert ask(nobody, "PUT", {"watched": []}).status == 404


@pytest.mark.parametrize("lost", ["auth_link", "aws_link", "cache_link"])
def test_without_auth_history_or_cache_a_viewer_still_gets_titles(platform: Media, lost: str) -> None:
    viewer = profile(platform)
    ask(viewer, "PUT", {"watched": ["harbour"]})
    getattr(platform, lost).cut("refusing")
    found = ask(viewer)
    assert found.status == 200
    assert found.body["personal"] is (lost == "cache_link")
    assert len(found.body["titles"]) == (5 if lost == "cache_link" else 6)
    assert ask(f"{platform.recommendations.url}/health").status == 200


def test_without_the_database_titles_come_from_the_cache_and_without_both_the_answer_is_503(platform: Media) -> None:
    url = f"{platform.recommendations.url}/recommendations"
    assert ask(url).status == 200
    platform.database_link.cut("refusing")
    platform.cache.kill()
    platform.cache.start()  # empty
    assert ask(url).status == 503
    assert ask(f"{platform.recommendations.url}/health").status == 200, "a failing database takes no task out"
    platform.mend()
    assert ask(url).status == 200
    platform.database_link.cut("refusing")
    assert ask(url).status == 200


BAD: list[tuple[str, str, str, Any, set[int]]] = [
    *(("auth", "PUT", "/auth/7", body, {400}) for body in (
        b"", b"{", b"[]", b'{"name":1}', b'{"language":"de"}', b'{"name":"a","age":1}',
        b'{"name":"' + b"a" * 101 + b'"}',
        b'{"name":"\\ud800"}', b'{"name":"a","language":null}',
    )),
    *(("recommendations", "PUT", "/recommendations/anna", body, {400}) for body in (
        b"{}", b'{"watched":{}}', b'{"watched":[1]}', b'{"watched":["a b"]}', b'{"watched":["a"],"more":1}',
        b'{"watched":' + json.dumps(["a"] * 1001).encode() + b"}",
    )),
    *((service, "GET", f"/{service}/{odd}", None, {404}) for service in ("auth", "recommendations") for odd in (
        "%00", "'", "%22%3B--", "%F0%9F%8E%A9", "..%2f..", "a" * 2049,
    )),
    ("auth", "GET", "/auth/%FF", None, {400}),
    ("auth", "GET", "/auth", None, {404}),
    ("auth", "POST", "/auth/7", b"{}", {405}),
    ("recommendations", "POST", "/recommendations", b"{}", {405}),
    ("auth", "PUT", "/auth/7", b"x" * 1024 * 1024, {413}),
    ("recommendations", "PUT", "/recommendations/anna", b"x" * 1024 * 1024, {413}),
]  # fmt: skip


@pytest.mark.parametrize(("service", "method", "path", "body", "wanted"), BAD, ids=lambda given: str(given)[:40])
def test_bad_input_gets_a_problem_document_and_nothing_is_written(
    platform: Media, service: str, method: str, path: str, body: Any, wanted: set[int]
) -> None:
    before = len(platform.aws.calls)
    refused = ask(getattr(platform, service).url + path, method, raw=body)
    assert refused.status in wanted, refused
    assert "PutItem" not in platform.aws.calls[before:]


def test_a_profile_is_one_json_text_in_its_item(platform: Media) -> None:
    profile(platform, "\u00e9".encode().hex())
    item = dynamodb().get_item(TableName="profiles", Key={"id": {"S": "c3a9"}})["Item"]
    assert json.loads(item["body"]["S"]) == {"name": "Anna", "language": "de"}


def test_the_schema_is_applied_once_by_four_runs_at_once(platform: Media) -> None:
    platform.database.run("DROP TABLE titles, schema_versions CASCADE")

    def prepared(_: int) -> list[int]:
        with contextlib.closing(platform.database.connect()) as connection:
            return schema.prepare(connection, "catalog")

    with ThreadPoolExecutor() as both:
        assert sorted(both.map(prepared, range(4))) == [[], [], [], [1]]
    assert platform.database.run("SELECT count(*) FROM titles") == [[6]]


def test_without_the_samples_only_the_user_is_made_and_reads_what_is_there_and_what_comes(platform: Media) -> None:
    with contextlib.closing(platform.database.connect()) as administrator:
        administrator.autocommit = True
        administrator.cursor().execute("CREATE DATABASE own")

    def connected(user: str) -> Any:
        return contextlib.closing(platform.database.connect(user, "own"))

    with connected("postgres") as master:
        cursor = master.cursor()
        cursor.execute("CREATE TABLE before (a int)")
        assert schema.prepare(master, "visitor", samples=False) == []
        cursor.execute("CREATE TABLE later (a int)")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        assert [name for (name,) in cursor.fetchall()] == ["before", "later"], "an own image has tables of its own"
        master.commit()
    with connected("visitor") as visitor:
        for table in ("before", "later"):
            visitor.cursor().execute(f"SELECT * FROM {table}")
        with pytest.raises(pg8000.dbapi.DatabaseError, match="permission denied"):
            visitor.cursor().execute("INSERT INTO before VALUES (1)")


@pytest.mark.parametrize("statement", ["DELETE FROM titles", "UPDATE titles SET popularity = 1", "DROP TABLE titles"])
def test_the_services_user_may_read_and_nothing_else(platform: Media, statement: str) -> None:
    assert len(platform.database.run("SELECT id FROM titles", user="catalog")) == 6
    with pytest.raises(pg8000.dbapi.DatabaseError, match=r"permission denied|must be owner"):
        platform.database.run(statement, user="catalog")


@pytest.mark.parametrize("loss", losses.MEDIA, ids=lambda one: f"{one.service} without {one.lost}")
def test_each_loss_of_the_table_has_the_effect_that_it_says(platform: Media, loss: losses.Loss) -> None:
    url = f"{platform.recommendations.url}/recommendations/anna"
    profile(platform)
    ask(url, "PUT", {"watched": ["harbour"]})
    whole = ask(url).body
    if loss.service == "auth":
        platform.aws.lost |= {"GetItem", "PutItem"}
        assert ask(f"{platform.auth.url}/auth/anna").status == 503
        assert ask(f"{platform.auth.url}/auth/anna", "PUT", {"name": "B"}).status == 503
        platform.aws.lost.clear()
        assert ask(f"{platform.auth.url}/auth/anna").body["name"] == "Anna"
        return
    lost = {
        "cache": platform.cache_link,
        "PostgreSQL, all of it": platform.database_link,
        "auth": platform.auth_link,
        "DynamoDB": platform.aws_link,
    }[loss.lost]
    lost.cut("refusing")
    found = ask(url)
    assert found.status == 200
    same = found.body == whole
    assert same is (loss.lost in ("cache", "PostgreSQL, all of it"))
    assert found.body["personal"] is same


def test_the_documentation_says_what_is_tried_here() -> None:
    assert losses.table(losses.MEDIA) in DOCS.read_text(), "docs/media.md: copy losses.table(losses.MEDIA)"


def test_the_commands_of_the_documentation_work(platform: Media) -> None:
    services = {"auth": platform.auth.url, "recommendations": platform.recommendations.url}
    everybody, anna = (json.loads(line) for line in commands.run(DOCS, "platform", services))
    assert [len(everybody["titles"]), len(anna["titles"])] == [6, 5]
