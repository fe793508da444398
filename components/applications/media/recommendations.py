"""recommendations: what a viewer may want to see next.

``GET /recommendations`` has the most popular titles; ``GET /recommendations/{profile}`` those that the viewer has not
watched, titles of a genre that was watched first. ``PUT`` replaces the viewer's watch history, ``DELETE`` removes it.

Titles come from PostgreSQL with the cache in front, the history from DynamoDB, and auth says whether there is such a
profile. While the history or auth does not answer, a viewer gets the most popular titles, and ``personal`` is false.
Environment: as of `serving.database` and `serving.cache`; TABLE_NAME, AUTH_URL.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from media.schema import schema
from serving import aws, cache, calls, database, postgresql
from serving.application import Application, Request, Response, Route
from serving.documents import only
from serving.log import log
from serving.problems import ProblemError, UnavailableError

TITLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
TITLES = 200
"""Titles that are considered: the most popular ones."""
SHOWN = 20
MAX_HISTORY = 1000
COLUMNS = ("id", "name", "genre", "released")
KEY = "titles"
AUTH_SECONDS = 1.0
"""Seconds that a viewer waits for what makes recommendations personal."""


class Recommendations:
    """What answers the requests."""

    def __init__(self, titles: database.Database, cached: cache.Cache, history: aws.Table, auth: calls.Service) -> None:
        self._titles, self._cached, self._history, self._auth = titles, cached, history, auth

    def popular(self, request: Request) -> Response:
        """For everybody."""
        del request
        entry = self._cached.read([KEY], self._load)[KEY]
        return Response({"titles": entry.value[:SHOWN], "personal": False}, headers=entry.headers())

    def personal(self, request: Request) -> Response:
        """For one viewer."""
        (profile,) = request.segments
        entry = self._cached.read([KEY], self._load)[KEY]
        try:
            self._known(profile)
            watched = self._watched(profile)
        except UnavailableError as error:
            log("warning", "not personal", cause=repr(error.__cause__ or error))
            return Response({"titles": entry.value[:SHOWN], "personal": False}, headers=entry.headers())
        genres = {title["genre"] for title in entry.value if title["id"] in watched}
        rest = [title for title in entry.value if title["id"] not in watched]
        rest.sort(key=lambda title: title["genre"] not in genres)  # stable: by popularity within each part
        return Response({"titles": rest[:SHOWN], "personal": True}, headers=entry.headers())

    def put(self, request: Request) -> Response:
        """Replace the history: ``watched``, a list of titles' ids."""
        document = request.document()
        only(document, ("watched",))
        watched: Any = document.get("watched")
        if not isinstance(watched, list) or len(watched) > MAX_HISTORY or not all(map(_is_title, watched)):
            raise ProblemError(400, f"watched: must be a list of at most {MAX_HISTORY} ids of titles")
        (profile,) = request.segments
        self._known(profile)
        self._history.put(profile, body={"S": aws.compact({"watched": watched})})
        return Response(None, 204)

    def delete(self, request: Request) -> Response:
        """Remove the history, also that of a profile which is gone."""
        self._history.delete(request.segments[0])
        return Response(None, 204)

    def _known(self, profile: str) -> None:
        status, _ = self._auth.get(f"/{quote(profile, safe='')}")
        if status == 404:
            raise ProblemError(404, "no such profile")
        calls.expect("auth", status, 200)

    def _watched(self, profile: str) -> set[str]:
        found = self._history.get(profile, consistent=False)
        kept: Any = json.loads(found["body"]["S"]).get("watched") if found and "body" in found else None
        # An earlier release kept any document.
        return {title for title in kept if isinstance(title, str)} if isinstance(kept, list) else set()

    def _load(self, keys: Sequence[str]) -> Mapping[str, Any]:
        rows = self._titles.read(
            f"SELECT {', '.join(COLUMNS)} FROM titles ORDER BY popularity DESC, id LIMIT {TITLES}"  # noqa: S608
        )
        return {keys[0]: [dict(zip(COLUMNS, row, strict=True)) for row in rows]}


def _is_title(value: Any) -> bool:
    return isinstance(value, str) and TITLE.fullmatch(value) is not None


def application() -> Application:
    """The service."""
    titles = database.from_environment(postgresql, schema())
    recommendations = Recommendations(
        titles, cache.from_environment("media:"), aws.table_from_environment(), calls.Service("auth", AUTH_SECONDS)
    )
    routes = [
        Route("GET", "/recommendations", recommendations.popular),
        Route("GET", "/recommendations/{profile}", recommendations.personal),
        Route("PUT", "/recommendations/{profile}", recommendations.put),
        Route("DELETE", "/recommendations/{profile}", recommendations.delete),
    ]
    return Application("recommendations", routes, titles.ready)
