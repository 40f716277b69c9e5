"""The words of notices: files in templates/, one a notice, a table a language; filled with plain values.

What a person wrote is only ever a value, never part of a pattern. Lines of a list that name a value which is not there are
left out; SMS shrink what may be shrunk until they fit one segment.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import msgspec

from chalicelib.core.text import SMS_SEGMENT, clip, gsm7
from chalicelib.notices.model import Side

TEMPLATES = Path(__file__).parent / "templates"

# What an SMS may cut short, in this order, and to how many characters at least.
ELASTIC = ("topic", "area", "agency", "sender", "holder", "label", "utility")
LEAST = 6

Values = Mapping[str, str]


def read(file: Path) -> Mapping[str, Any]:
    """The words in a file of TOML; a package has them as JSON in its place (infra/notice_words.py), which is read much faster."""
    made = file.with_suffix(".json")
    if made.exists():
        found: Mapping[str, Any] = msgspec.json.decode(made.read_bytes())
        return found
    # Imported where no package was made.
    import tomllib

    return tomllib.loads(file.read_text("utf-8"))


@cache
def words_of(side: Side, name: str, language: str) -> Mapping[str, Any]:
    """The words of one notice: texts and lists of texts by name; Vietnamese where the language has none."""
    tables = read(TEMPLATES / side / f"{name}.toml")
    found: Mapping[str, Any] = tables.get(language) or tables["vi"]
    return found


@cache
def common(language: str) -> Mapping[str, Any]:
    """What all e-mails of a language have in common."""
    found: Mapping[str, Any] = read(TEMPLATES / "email" / "common.toml")[language]
    return found


@cache
def tokens() -> Mapping[str, str]:
    """The colours that e-mails share with the pages."""
    found: Mapping[str, str] = read(TEMPLATES / "tokens.toml")["colours"]
    return found


def pick(words: Mapping[str, Any], name: str, urgent: bool) -> Any:
    """The words of that name, in their urgent form where the matter is urgent and there is one."""
    return words[f"{name}_urgent"] if urgent and f"{name}_urgent" in words else words[name]


def fill(pattern: str, values: Values) -> str:
    """The pattern with its values; raises KeyError for one that is missing."""
    return pattern.format(**values)


def fill_lines(patterns: Sequence[str], values: Values) -> tuple[str, ...]:
    """The patterns with their values, without those that name a value which is missing or empty."""
    return tuple(fill(pattern, values) for pattern in patterns if all(values.get(name) for name in _names(pattern)))


def fill_sms(pattern: str, values: Values) -> str:
    """The pattern as one GSM-7 segment: without diacritics, its elastic values cut as far as needed.

    What cannot be cut (links, codes, safety advice) is kept whole, so with a very long address two segments may come of it.
    """
    given = {name: gsm7(value) for name, value in values.items()}
    text = gsm7(fill(pattern, given))
    for name in ELASTIC:
        over = len(text) - SMS_SEGMENT
        if over > 0 and len(given.get(name, "")) > LEAST:
            given[name] = clip(given[name], max(len(given[name]) - over, LEAST))
            text = gsm7(fill(pattern, given)).replace("....", "...")
    return text


@cache
def _names(pattern: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(pattern) if name)
