"""Codes that people carry: tracking codes, links for one assignment, opaque cursors."""

import base64
import hashlib
import hmac
import json
from typing import NamedTuple

from chalicelib.core.errors import Gone, NotFound, invalid

# Crockford's base 32: no I, L, O, U, so that a code survives being read out on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")
_CODE_LENGTH = 10
_LINK_MAC_LENGTH = 22


class Link(NamedTuple):
    """What the token of a signed link says: the case, the number of the assignment, and whether it is the head's own."""

    code: str
    assignment: int
    head: bool = False


def _mac(secret: str, purpose: str, text: str) -> bytes:
    return hmac.new(secret.encode(), f"{purpose}\n{text}".encode(), hashlib.sha256).digest()


def _base32(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def _check_character(body: str) -> str:
    # Weighted by odd numbers modulo 32: finds every single wrong character and nearly every swap of neighbours.
    return _ALPHABET[sum((2 * place + 1) * _ALPHABET.index(letter) for place, letter in enumerate(body)) % 32]


def tracking_code(secret: str, account: str, idempotency_key: str, attempt: int = 0) -> str:
    """The tracking code of one submission: 10 base-32 characters and a check character.

    The same account and key give the same code; without the secret it is random. `attempt` counts collisions.
    """
    body = _base32(_mac(secret, "tracking-code", f"{account}\n{idempotency_key}\n{attempt}"), _CODE_LENGTH)
    return body + _check_character(body)


def normal_code(text: str) -> str:
    """The tracking code as stored, from what a person typed; raises NotFound where it cannot be one."""
    code = text.strip().upper().replace("-", "").replace(" ", "").translate(_MISREAD)
    if len(code) != _CODE_LENGTH + 1 or any(letter not in _ALPHABET for letter in code):
        raise NotFound("error.feedback_not_found")
    if _check_character(code[:-1]) != code[-1]:
        raise NotFound("error.feedback_not_found")
    return code


def link_token(secret: str, link: Link) -> str:
    """The token of the signed link for one assignment, at most 41 characters: `<code>-<assignment>-<22 of HMAC>`.

    The head's own has an `h` after the number and another signature, so that neither can be made from the other.
    """
    purpose, mark = ("head-link", "h") if link.head else ("assignment-link", "")
    mac = base64.urlsafe_b64encode(_mac(secret, purpose, f"{link.code}\n{link.assignment}"))
    return f"{link.code}-{link.assignment}{mark}-{mac.decode()[:_LINK_MAC_LENGTH]}"


def read_link(secret: str, token: str) -> Link:
    """What a token says, once its signature is found right; raises NotFound for anything forged or mistyped."""
    code, _, rest = token.partition("-")
    marked, _, _ = rest.partition("-")
    number = marked.removesuffix("h")
    if not (number.isascii() and number.isdigit() and len(number) <= 4):
        raise NotFound("error.link_not_found")
    link = Link(code, int(number), marked != number)
    if not hmac.compare_digest(link_token(secret, link).encode(), token.encode()):
        raise NotFound("error.link_not_found")
    return link


def ended_link() -> Gone:
    """The error for a link whose assignment is over."""
    return Gone("error.link_ended")


def nonce(secret: str, purpose: str) -> str:
    """A value only we can derive for `purpose`, 22 characters; carried by a page's forms."""
    return base64.urlsafe_b64encode(_mac(secret, "nonce", purpose)).decode()[:_LINK_MAC_LENGTH]


def same(left: str, right: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def fingerprint(text: str) -> str:
    """A short stable hash, 16 hexadecimal characters, to compare without keeping the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keyed_hash(secret: str, purpose: str, text: str) -> str:
    """A hash that cannot be guessed back without the secret, 32 hexadecimal characters."""
    return _mac(secret, purpose, text).hex()[:32]


def seal_cursor(secret: str, purpose: str, place: dict[str, str]) -> str:
    """An opaque, signed cursor for a place in a list."""
    body = base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":"), sort_keys=True).encode()).decode()
    return body.rstrip("=") + "." + nonce(secret, f"cursor {purpose} {body}")[:12]


def open_cursor(secret: str, purpose: str, cursor: str) -> dict[str, str]:
    """The place that `seal_cursor` wrote for the same purpose; raises Invalid for any other text."""
    body, _, mac = cursor.partition(".")
    padded = body + "=" * (-len(body) % 4)
    if not same(nonce(secret, f"cursor {purpose} {padded}")[:12], mac):
        raise invalid("cursor", "field.cursor")
    place: dict[str, str] = json.loads(base64.urlsafe_b64decode(padded))
    return place
