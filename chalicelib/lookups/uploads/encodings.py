"""What encoding a file's bytes are in, and what was meant in a cell that was typed in a TCVN3 or VNI font (pure).

What is valid UTF-8, or begins with a mark of UTF-8 or UTF-16, is that. Other bytes are read as Windows-1258, TCVN3 and VNI, and the
reading that makes syllables of Vietnamese of the words is taken, where it stands out; else the file is refused. Within Unicode a
cell typed in such a font is told in the same way, each cell by itself: it is converted where all its words become syllables and
some were none before, left where no word does, refused in between. A foreign word makes no syllable in any reading and stays.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import BinaryIO, NamedTuple

from chalicelib.lookups.uploads.legacy_vietnamese import Script, converted
from chalicelib.lookups.uploads.model import SheetRefused
from chalicelib.lookups.uploads.syllables import is_syllable

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_STRETCH = 1 << 20
# Of the lines that are not ASCII, so many bytes are looked at to tell an encoding.
_SAMPLE = 1 << 16
# The share of words that must be Vietnamese in the reading taken, and how far every other reading must lie below.
_ENOUGH, _APART = 0.8, 0.3

# Windows-1252 signs that are letters of Vietnamese in TCVN3.
_SIGNS = "¡¢£¤¥¦§¨©«¬\u00ad®¶·¸¹»¼½¾×÷"
_WORD = re.compile(rf"[^\W\d_]+(?:[{_SIGNS}]|[^\W\d_])*|[{_SIGNS}]+(?:[{_SIGNS}]|[^\W\d_])*")
# UTF-8 that was read as Windows-1252 on its way.
_TWICE = re.compile("á[º»][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ã[\u00a0-\u00bf]|Æ[°¡]|Ä[\u2018\u0090\u0091]")
# A unit of length, and a syllable in TCVN3.
_UNITS = frozenset({"µm"})
# One short word alone shows nothing.
_SHORT = 3


class Encoding(NamedTuple):
    """Python's codec, and in which font's script its text was typed, where it was."""

    codec: str
    script: Script | None = None


class Mended(NamedTuple):
    """What was meant in a cell, how it had been typed, and whether that is in doubt."""

    text: str
    script: Script | None = None
    doubtful: bool = False


def encoding_of(file: BinaryIO) -> Encoding:
    """The encoding of a seekable file, left at its beginning; raises SheetRefused where none stands out."""
    file.seek(0)
    begin = file.read(3)
    file.seek(0)
    for mark, codec in _MARKS:
        if begin.startswith(mark):
            return Encoding(codec)
    if _is_utf8(file):
        return Encoding("utf-8")
    sample = _sample(file)
    shares = sorted(((_share(words), encoding) for encoding, words in _readings(sample)), reverse=True)
    (best, encoding), (second, _) = shares[:2]
    if best < _ENOUGH or second > best - _APART:
        raise SheetRefused("sheet.encoding")
    return encoding


def mended(text: str) -> Mended:
    """What was meant by a cell of Unicode text in NFC."""
    if text.isascii():
        return Mended(text)
    if _TWICE.search(text):
        return Mended(text, None, doubtful=True)
    words = _words(text)
    foreign = [word for word in words if not _stands(word)]
    if not foreign:
        return Mended(text)
    sure = {script: meant for script in Script if (meant := _meant(text, words, script)) is not None}
    if len(sure) == 1 and (len(words) > 1 or len(words[0]) >= _SHORT):
        script, meant = sure.popitem()
        return Mended(meant, script)
    could = any(_converts(word, script) for word in foreign for script in Script)
    return Mended(text, None, doubtful=could)


def readings(text: str) -> tuple[str, ...]:
    """All that may be meant by a text of which it is known what can be meant, such as the name of a column."""
    composed = unicodedata.normalize("NFC", text)
    return (composed, *(from_script(composed, script) for script in Script))


def mended_row(cells: Sequence[object]) -> tuple[list[object], frozenset[int]]:
    """The cells of a row as they were meant, and the places of those in doubt.

    Where one cell was surely typed in a font's script, another that is Vietnamese both as it stands and in that script is in doubt.
    """
    read = {
        place: mended(unicodedata.normalize("NFC", cell))
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and not cell.isascii()
    }
    scripts = {one.script for one in read.values() if one.script}
    doubtful = {
        place
        for place, one in read.items()
        if one.doubtful or (not one.script and any(_reads_also(one.text, script) for script in scripts))
    }
    return [read[place].text if place in read else cell for place, cell in enumerate(cells)], frozenset(doubtful)


def from_script(text: str, script: Script) -> str:
    """A cell of a file that is in a font's script throughout; what cannot have been typed so stays."""
    if text.isascii():
        return text
    return _cased(text, _WORD.sub(lambda word: converted(word[0], script) or word[0], text))


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while stretch := file.read(_STRETCH):
            decoder.decode(stretch)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _sample(file: BinaryIO) -> bytes:
    taken, size = [], 0
    for line in iter(lambda: file.readline(_SAMPLE), b""):
        if not line.isascii():
            taken.append(line)
            size += len(line)
            if size >= _SAMPLE:
                break
    file.seek(0)
    return b"".join(taken)


def _readings(sample: bytes) -> Iterable[tuple[Encoding, list[str | None]]]:
    typed = _words(sample.decode("latin-1"))
    for script in Script:
        yield Encoding("latin-1", script), [converted(word, script) for word in typed]
    try:
        yield Encoding("cp1258"), list(_words(unicodedata.normalize("NFC", sample.decode("cp1258"))))
    except UnicodeDecodeError:
        yield Encoding("cp1258"), []


def _share(words: Sequence[str | None]) -> float:
    return sum(word is not None and is_syllable(word) for word in words) / max(len(words), 1)


def _words(text: str) -> list[str]:
    """The words that are not ASCII; signs alone are none."""
    return [word for word in _WORD.findall(text) if not word.isascii() and word.strip(_SIGNS)]


def _stands(word: str) -> bool:
    """Whether a word is one as it is, with what may stand about it."""
    return word in _UNITS or is_syllable(word.removeprefix("«").rstrip("»®©·"))


def _converts(word: str, script: Script) -> bool:
    meant = converted(word, script)
    return meant is not None and meant != word and is_syllable(meant)


def _meant(text: str, words: Sequence[str], script: Script) -> str | None:
    """The text in this reading, where every word becomes a syllable."""
    meant = [converted(word, script) for word in words]
    if not all(word is not None and is_syllable(word) for word in meant):
        return None
    return from_script(text, script)


def _reads_also(text: str, script: Script) -> bool:
    meant = None if text.isascii() else _meant(text, _words(text), script)
    return meant is not None and meant != text


def _cased(typed: str, meant: str) -> str:
    """In capitals where all letters of ASCII are, two of them in one word: TCVN3 has no others with a tone."""
    words = ["".join(letter for letter in word if letter.isascii() and letter.isalpha()) for word in typed.split()]
    capitals = all(word.isupper() for word in words if word) and any(len(word) > 1 for word in words)
    return meant.upper() if capitals else meant
