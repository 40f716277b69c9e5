"""Pages as HTML: the templates, what they may call, and the headers every page carries.

jinja2 is imported when the first page is made, so that the API's cold path does not load it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.core.clock import spoken, to_text
from chalicelib.pages import phrases
from chalicelib.pages.assets import asset
from chalicelib.pages.words import say
from chalicelib.runtime.http import Reply
from chalicelib.templates import loader

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"


@cache
def environment() -> "Environment":
    """The templates of pages and what they may call."""
    from jinja2 import Environment, StrictUndefined

    made = Environment(
        loader=loader(FOLDER), autoescape=True, undefined=StrictUndefined, auto_reload=False,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["machine"] = to_text
    made.filters["day"] = phrases.day
    made.filters["phone"] = phrases.phone
    made.filters["amount"] = phrases.amount
    return made


def page(
    template: str, language: str, root: str, *, status: int = 200, stores: Iterable[str] = (), **facts: Any
) -> Reply:
    """A page made of `template` in `language`; `root` is the path under which the API is served, empty at the top.

    `stores` are addresses of files that the page shows or uploads to: the page may use their origins, and no other.
    """
    body = environment().get_template(template).render(
        w=partial(_words, language), spoken=partial(_spoken, language), language=language, root=root, asset=asset, **facts
    )  # fmt: skip
    return Reply(body, status, headers(origins(stores)))


def _words(language: str, key: str, **params: str | int) -> str:
    return say(key, language, **params)


def _spoken(language: str, moment: datetime) -> str:
    return spoken(moment, language)


def origins(addresses: Iterable[str]) -> tuple[str, ...]:
    """The origins (scheme, host and port) of addresses, each once."""
    parts = (urlsplit(address) for address in addresses)
    return tuple(sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc}))


def headers(stores: tuple[str, ...] = ()) -> Mapping[str, str]:
    """The headers of a page: nothing from elsewhere, no frame, no index, no cache, no word to others where it came from."""
    elsewhere = "".join(f" {store}" for store in stores)
    policy = (
        "default-src 'none'", "style-src 'self'", "script-src 'self'", f"img-src 'self'{elsewhere}",
        f"connect-src 'self'{elsewhere}", f"form-action 'self'{elsewhere}", "frame-ancestors 'none'", "base-uri 'none'",
    )  # fmt: skip
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
    }
