"""Whether a word is a syllable of Vietnamese, as it is spelt: the best witness of how a text was typed (pure).

A syllable is an initial, a rhyme and one of six tones; the list of rhymes is closed, a rhyme says on which letter its tone
stands, and rhymes that end in a stop have two tones only.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

_INITIALS = (
    "ngh", "ng", "gh", "nh", "th", "tr", "ch", "kh", "ph", "gi", "qu",
    "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
)  # fmt: skip
_SPELT = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong oong ooc op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uên uênh uêt ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu ynh yt yu
"""
# Level, falling, rising, asking, broken, heavy, as combining marks.
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_STOP_TONES = ("\u0301", "\u0323")
_STOPS = ("c", "ch", "p", "t")
_VOWELS = frozenset("aăâeêioôơuưy")
_MARKED = frozenset("ăâêôơư")
# Both are taught: `hoà` and `hòa`, `thuý` and `thúy`.
_EITHER = frozenset({"oa", "oe", "uy"})


# As long as `nghiêng`, with room for a capital that has no small letter of its length.
_LONGEST = 8


def is_syllable(word: str) -> bool:
    """Whether the word, in NFC and any case, can be one syllable of Vietnamese."""
    return len(word) <= _LONGEST and _is_syllable(word)


@lru_cache(maxsize=65_536)
def _is_syllable(word: str) -> bool:
    lower = word.lower()
    rhymes = _toned_rhymes()
    return any(lower.startswith(initial) and lower[len(initial) :] in rhymes for initial in _INITIALS)


@cache
def _toned_rhymes() -> frozenset[str]:
    return frozenset(toned for rhyme in _SPELT.split() for toned in _toned(rhyme))


def _toned(rhyme: str) -> Iterator[str]:
    tones = _STOP_TONES if rhyme.endswith(_STOPS) else _TONES
    for place in _places(rhyme):
        for tone in tones:
            yield unicodedata.normalize("NFC", rhyme[: place + 1] + tone + rhyme[place + 1 :])
    # Written without its tone a stop is still Vietnamese, as in names of firms.
    yield rhyme


def _places(rhyme: str) -> tuple[int, ...]:
    """On which letters the tone may stand."""
    marked = [place for place, letter in enumerate(rhyme) if letter in _MARKED]
    if marked:
        return (marked[-1],)
    vowels = sum(letter in _VOWELS for letter in rhyme)
    if vowels == 1:
        return (0,)
    if rhyme in _EITHER:
        return (0, 1)
    return (1,) if vowels > 2 or vowels < len(rhyme) else (0,)
