"""The stylesheet, the script and the icon of the pages: served under names that hold the hash of their content."""

import hashlib
import re
from functools import cache
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).parent / "assets"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}
_NAME = re.compile(r"(?P<stem>page)-(?P<hash>[0-9a-f]{12})\.(?P<ending>css|js|svg)")


class Asset(msgspec.Struct, frozen=True):
    """One file: its public name, its type, its text."""

    name: str
    content_type: str
    text: str


@cache
def asset(ending: str) -> Asset:
    """The asset of that kind: css, js or svg."""
    text = (_FOLDER / f"page.{ending}").read_text("utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Asset(f"page-{digest}.{ending}", _TYPES[ending], text)


def named(name: str) -> tuple[Asset, bool] | None:
    """The asset behind a public name, and whether the name is of its present content; None for any other name.

    After a deployment a page that is still open may ask for the former name: it gets the present content.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    present = asset(found["ending"])
    return present, present.name == name
