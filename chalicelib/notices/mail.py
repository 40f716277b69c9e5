"""The bodies of e-mails: the only module of notices that needs jinja2. HTML is escaped, text is quoted.

jinja2 is imported when the first e-mail is made, so that functions that find nothing to send do without.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.notices.wording import TEMPLATES, tokens
from chalicelib.templates import loader

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

FOLDER = TEMPLATES / "email"


def html(name: str, context: Mapping[str, Any]) -> str:
    """The HTML body; every value is escaped."""
    return environment().get_template(f"{name}.html").render(context, c=tokens())


def text(name: str, context: Mapping[str, Any]) -> str:
    """The plain text body; what people wrote is marked line by line, so that it cannot pass for our own words."""
    return environment().get_template(f"{name}.txt").render(context)


@cache
def environment() -> "Environment":
    """The templates of e-mails and what they may call."""
    from jinja2 import Environment, StrictUndefined, select_autoescape

    made = Environment(
        loader=loader(FOLDER), autoescape=select_autoescape(["html"]), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {"lines": _lines, "quoted": _quoted}
    return made


def _lines(written: str) -> "Markup":
    from markupsafe import Markup, escape

    # Not every mail reader keeps line ends (white-space: pre-wrap), so they become elements.
    return Markup("<br>").join(escape(line) for line in written.splitlines())


def _quoted(written: str) -> str:
    return "\n".join(f"| {line}" for line in written.splitlines())
