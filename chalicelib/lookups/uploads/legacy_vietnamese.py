"""Vietnamese as it was typed before Unicode: TCVN 5712 VN3 (the ABC fonts, .Vn…) and VNI for Windows (VNI-…) (pure).

In both a byte above 127 means something else than in Windows-1252; a program that does not know the font shows, and passes on, the
Windows-1252 letter of the byte: `Thµnh phè` and `Thaønh phoá` are both `Thành phố`. Such text is here one of letters up to U+00FF.

TCVN3 has no bytes for capitals with a tone: fonts of capitals (.Vn…H) show small letters so, and `THµNH` comes out as `THàNH`.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from itertools import product


class Script(StrEnum):
    """How a text was typed."""

    TCVN3 = "TCVN3"
    VNI = "VNI"


_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"

# In the order of the bytes from 0xB5; a blank is a byte that the standard leaves free.
_TCVN3_TONED = "àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ"
_TCVN3: Mapping[str, str] = {
    **dict(zip(map(chr, range(0xA1, 0xAF)), "ĂÂÊÔƠƯĐăâêôơưđ", strict=True)),
    **{chr(0xB5 + place): letter for place, letter in enumerate(_TCVN3_TONED) if letter != " "},
}

# What stands behind a letter for a tone; behind a, e, o also for a tone with circumflex, behind a for one with breve.
_VNI_TONES = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_VNI_CIRCUMFLEX = {"â": "", "à": _GRAVE, "á": _ACUTE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_VNI_BREVE = {"ê": "", "è": _GRAVE, "é": _ACUTE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ì": "ì", "í": "í"}


def _vni() -> dict[str, str]:
    pairs = {f"{base}{mark}": base + tone for base, (mark, tone) in product("aeouy", _VNI_TONES.items())}
    pairs |= {
        f"{typed}{mark}": base + tone
        for (typed, base), (mark, tone) in product((("ô", "ơ"), ("ö", "ư")), _VNI_TONES.items())
    }
    pairs |= {f"{base}{mark}": f"{base}\u0302{tone}" for base, (mark, tone) in product("aeo", _VNI_CIRCUMFLEX.items())}
    pairs |= {f"a{mark}": f"a\u0306{tone}" for mark, tone in _VNI_BREVE.items()}
    small = {typed: unicodedata.normalize("NFC", meant) for typed, meant in (pairs | _VNI_ALONE).items()}
    capitals = {typed.upper(): meant.upper() for typed, meant in small.items()}
    # A capital may have been typed with the small letter's mark.
    mixed = {typed[0].upper() + typed[1:]: meant.upper() for typed, meant in small.items() if len(typed) == 2}
    return small | mixed | capitals


_VNI = _vni()
_VNI_TYPED = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_TABLE = str.maketrans(dict(_TCVN3))
# Bytes above 127 that have a meaning; any other letter up there shows that a text was not typed so.
_KNOWN: Mapping[Script, frozenset[str]] = {
    Script.TCVN3: frozenset(_TCVN3),
    Script.VNI: frozenset(letter for typed in _VNI for letter in typed if letter > "\x7f"),
}


def converted(text: str, script: Script) -> str | None:
    """The text that was meant, in NFC, where all of it can have been typed so; None where a character says it was not."""
    if any(letter > "\x7f" and letter not in _KNOWN[script] for letter in text):
        return None
    if script is Script.VNI:
        return _from_vni(text)
    return text.translate(_TCVN3_TABLE)


def typed_as(text: str, script: Script) -> str:
    """A Vietnamese text as it was typed: the other way round, for tests and forms; capitals with a tone are small in TCVN3.

    Raises KeyError for letters that the font does not have.
    """
    table = _TYPED[script]
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter <= "\x7f" else table[letter] for letter in composed)


def _from_vni(text: str) -> str | None:
    meant = _VNI_TYPED.sub(lambda found: _VNI[found[0]], text)
    # A mark that stands behind no letter it belongs to was not typed so.
    left = _VNI_TYPED.sub("", text)
    return None if any(letter > "\x7f" for letter in left) else meant


_TYPED: Mapping[Script, Mapping[str, str]] = {
    Script.TCVN3: {
        **{meant.upper(): typed for typed, meant in _TCVN3.items()},
        **{meant: typed for typed, meant in _TCVN3.items()},
    },
    Script.VNI: {meant: typed for typed, meant in _vni().items()},
}
