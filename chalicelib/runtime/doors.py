"""Modules of routes are loaded when somebody first asks for one of their paths, so that nobody waits for those of others.

A package brings the table of paths and modules (infra/doors.py makes it of the routes themselves). Where there is none, as in a
working copy, all modules are loaded at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import msgspec
from chalice.app import Chalice, Request, Response

TABLE = Path(__file__).with_name("doors.json")

Paths = Mapping[str, Sequence[str]]


class Doors:
    """Chalice middleware that opens the modules behind the path of a request, before Chalice looks for its route.

    `modules` each have a blueprint `routes`; `table` says which of them a path needs, None where nobody knows.
    """

    def __init__(self, app: Chalice, modules: Iterable[str], table: Path = TABLE) -> None:
        self._app = app
        self._closed = set(modules)
        self._paths: Paths = msgspec.json.decode(table.read_bytes()) if table.exists() else {}
        if not self._paths:
            self._open(modules)

    def __call__(self, request: Request, get_response: Callable[[Request], Response]) -> Response:
        """The answer of what comes behind."""
        if self._closed and request:
            self._open(self._paths.get(request.context["resourcePath"], ()))
        return get_response(request)

    def _open(self, modules: Iterable[str]) -> None:
        # A process of Lambda answers one request at a time.
        for name in modules:
            if name in self._closed:
                self._app.register_blueprint(import_module(name).routes)
                self._closed.remove(name)
