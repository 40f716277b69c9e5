"""How records lie in the table Lookups, and what is kept of codes: never the codes themselves.

| pk | sk | what |
|---|---|---|
| `catalogue` | `<utility>` | a utility |
| `dataset#<dataset>` | `slice#<slice>` | which versions live |
| `dataset#<dataset>` | `upload#<number>` | an upload and how far it came |
| `dataset#<dataset>` | `counter` | the number of the last upload |
| `problem#<dataset>#<number>` | `<row>` | a row that was refused, with its reasons |
| `account#<dataset>#<code's hash>` | `<slice>#<version>#<period>` | one record |
| `cell4#<dataset>#<cell>`, `cell5#…`, `cell6#…` | `<slice>#<version>#<id>` | a place by where it is (core/cells.py) |
| `area#<dataset>#<area>` | `<slice>#<version>#<folded title>#<id>` | a place by area: its own and every one above |
| `word#<dataset>#<two letters>` | `<word>#<slice>#<version>#<id>` | a place by the words of its title |
| `board#<dataset>#<area>` | `<ends>#<slice>#<version>#<id>` | a posting by area, those without end last |
| `board#<dataset>#<area>+` | `<ends>#<slice>#<version>#<id>` | a posting for something below the uppermost area |
| `saved#<account>` | `<dataset>#<code's hash>` | a code that a person keeps |
| `due#<shard>` | `<account>#<dataset>#<code's hash>` | those of them to be reminded of bills |
| `due` | `cursor` | how far the reminders of a day have come |
| `told#<account>` | `<dataset>#<code's hash>#<period>` | a reminder that was given |
| `receipt#<dataset>#<posting>` | `<account>`, `area#<area>` | who has confirmed it; how many by area |
| `rating#<utility>` | `<account's hash>`, `total` | what a person thinks of it; how many think so |
| `usage#<utility>#<YYYY-MM>` | `<day>#<area>` | how often it was used |
| `guess#<whose>` | `<hour>` | attempts that failed |
| `breaker#<provider>` | `state` | whether the provider is asked at all |
| `pace#<provider>` | `<second>` | how often it was asked |
| `cache#<provider>` | `<key's hash>` | what it said, and when |
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from chalicelib.core.clock import to_text
from chalicelib.core.codes import fingerprint, keyed_hash
from chalicelib.core.text import plain

# Sorts after every time.
ENDLESS = "9999-12-31T23:59:59.999Z"

DUE_SHARDS = 16

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def folded(text: str) -> str:
    """The text as it is compared: lower case, no diacritics, one blank between words, letters and digits alone."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain(text).lower()).split())


def code_hash(secret: str, dataset: str, code: str) -> str:
    """What stands for a customer's code in keys."""
    return keyed_hash(secret, f"lookup-code {dataset}", normal_code(code))


def factor_mac(secret: str, dataset: str, code: str, factor: str) -> str:
    """What is kept of the second thing that only the customer knows."""
    return keyed_hash(secret, f"lookup-factor {dataset} {normal_code(code)}", normal_factor(factor))


def normal_factor(factor: str) -> str:
    """The second thing as it is compared: letters and digits alone, days from the year on, Vietnamese phones from their 0 on."""
    typed = factor.strip()
    if found := _DAY.fullmatch(typed):
        day, month, year = found.groups()
        return f"{year}{month:0>2}{day:0>2}"
    return folded(typed.replace("+84", "0", 1) if typed.startswith("+84") else typed).replace(" ", "")


def normal_code(code: str) -> str:
    """The code as it is compared: upper case, without blanks, dots and dashes."""
    return "".join(letter for letter in plain(code).upper() if letter.isalnum())


def stamp(slice_name: str, version: int) -> str:
    """Slice and version as they stand in sort keys."""
    return f"{slice_name}#{version:06d}"


def due_key(shard: int) -> str:
    """Partition of the saved codes of a shard that are to be reminded."""
    return f"due#{shard}"


def due_shard(account: str) -> int:
    """The shard of an account's saved codes, from 0 on."""
    return int(fingerprint(account), 16) % DUE_SHARDS


def account_key(dataset: str, hashed: str) -> str:
    """Partition of the records under a code."""
    return f"account#{dataset}#{hashed}"


def cell_key(dataset: str, cell: str) -> str:
    """Partition of the places in a cell of four to six characters."""
    return f"cell{len(cell)}#{dataset}#{cell}"


def area_key(dataset: str, area: str) -> str:
    """Partition of the places in an area."""
    return f"area#{dataset}#{area}"


def word_key(dataset: str, word: str) -> str:
    """Partition of the places with a word that begins like this one."""
    return f"word#{dataset}#{word[:2]}"


def board_key(dataset: str, area: str) -> str:
    """Partition of the postings for an area."""
    return f"board#{dataset}#{area}"


def with_all_below(area: str) -> str:
    """What stands in keys of boards for all that lies below an area."""
    return f"{area}+"


def problem_key(dataset: str, number: int) -> str:
    """Partition of the rows of an upload that were refused."""
    return f"problem#{dataset}#{number}"


def receipt_key(dataset: str, posting: str) -> str:
    """Partition of who has confirmed a posting."""
    return f"receipt#{dataset}#{posting}"


def ends_text(ends: datetime | None) -> str:
    """The end of a posting as it stands in sort keys."""
    return to_text(ends.astimezone(UTC)) if ends else ENDLESS


def words(title: str) -> Iterable[str]:
    """The words under which a place is found, of two characters and more, each once."""
    return dict.fromkeys(word for word in folded(title).split() if len(word) > 1)
