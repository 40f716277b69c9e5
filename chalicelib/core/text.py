"""Text rules: Vietnamese without diacritics, what fits an SMS, what may stand in a stored text."""

import re
import unicodedata

# 3GPP TS 23.038, the part of the default alphabet that needs one septet and is ASCII; the rest costs two or a whole UCS-2 message.
_GSM7 = frozenset("@$\n\r !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
SMS_SEGMENT = 160
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def plain(text: str) -> str:
    """The text without diacritics: `Thượng Bằng La` gives `Thuong Bang La`; other letters stay as they are."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def gsm7(text: str) -> str:
    """The text as one-septet GSM-7 characters: diacritics dropped, every other foreign character a question mark."""
    dashes = plain(text).replace("–", "-").replace("—", "-").replace("“", '"').replace("”", '"').replace("’", "'")
    return "".join(letter if letter in _GSM7 else "?" for letter in dashes)


def fits_one_segment(text: str) -> bool:
    """Whether the text goes out as one SMS segment: 160 septets of GSM-7."""
    return len(text) <= SMS_SEGMENT and all(letter in _GSM7 for letter in text)


def clip(text: str, length: int) -> str:
    """At most `length` characters, cut at a word where possible and marked with `...`."""
    if len(text) <= length:
        return text
    head = text[: length - 3]
    return (head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head).rstrip(" ,.;:-") + "..."


def has_control(text: str) -> bool:
    """Whether the text has characters that no stored text may have: controls but tab and line ends, lone surrogates."""
    return _CONTROL.search(text) is not None


def tidy(text: str) -> str:
    """The text as stored: NFC, line ends as `\\n`, no blanks at the ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
