"""Whatever a file or a cell was typed with, what was meant comes out, or a refusal; foreign words stay as they are."""

import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.lookups.uploads.encodings import Encoding, encoding_of, from_script, mended, mended_row
from chalicelib.lookups.uploads.legacy_vietnamese import Script, converted, typed_as
from chalicelib.lookups.uploads.model import SheetRefused
from chalicelib.lookups.uploads.syllables import is_syllable

SMALL = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
LETTERS = SMALL + SMALL.upper()
TEXT = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập Tự do Hạnh phúc tỉnh Yên Bái huyện Mù Cang Chải thị trấn Trạm Tấu xã Púng Luông "
    "quyền tiếng nhất những được sửa bằng trắng thẳng sẵn diễn phải quốc mỗi tổ đồng học lớn kỳ kỷ mỹ thứ từ gỡ ngỡ bỏ võ cũ mụ "
    "giết mẹ vẻ kẻ thì ít bể dẫn vẩn cần quỳnh khuya khuỷu nghiêng giếng gìn hươu rượu quả quý hoàn hoạt xoáy thuở nước người"
)
FOREIGN = (
    "Café", "Citroën", "São", "Müller", "Noël", "déjà vu", "Bjørn", "garçon", "Señor", "Hôtel", "crêpe", "mère", "Zoë", "Nîmes",
    "Curaçao", "Zürich", "Köln", "m²", "m³", "25 °C", "3 × 4", "Samsung®", "10 µm", "1½", "«Hòa»", "Krông Pắc", "Êđê", "Đắk Lắk",
)  # fmt: skip

words = st.lists(st.sampled_from(TEXT.split()), min_size=1, max_size=12).map(" ".join)


def test_there_are_one_hundred_and_thirty_four_letters_beyond_ascii() -> None:
    assert len(set(LETTERS)) == 134
    assert all(unicodedata.is_normalized("NFC", letter) for letter in LETTERS)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back_from_vni(letter: str) -> None:
    assert converted(typed_as(letter, Script.VNI), Script.VNI) == letter


@pytest.mark.parametrize("letter", [*SMALL, *"ĂÂÊÔƠƯĐ"])
def test_every_letter_that_tcvn3_has_comes_back_from_it(letter: str) -> None:
    assert converted(typed_as(letter, Script.TCVN3), Script.TCVN3) == letter


@pytest.mark.parametrize("letter", SMALL.upper())
def test_capitals_that_tcvn3_lacks_are_its_small_letters(letter: str) -> None:
    assert typed_as(letter, Script.TCVN3) in (typed_as(letter.lower(), Script.TCVN3), typed_as(letter, Script.TCVN3))
    assert converted(typed_as(letter, Script.TCVN3), Script.TCVN3) in (letter, letter.lower())


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back_from_windows_1258(letter: str) -> None:
    decomposed = for_1258(letter)
    assert unicodedata.normalize("NFC", decomposed.encode("cp1258").decode("cp1258")) == letter


def test_every_word_of_vietnamese_is_one_syllable() -> None:
    assert [word for word in TEXT.split() if not is_syllable(word)] == []
    assert not any(map(is_syllable, ["Thµnh", "phoáa", "xaõ", "héi", "hàt", "Krông", "word", "Café"]))


@given(words)
def test_a_cell_of_unicode_stays(text: str) -> None:
    assert mended(text) == (text, None, False)


@pytest.mark.parametrize(
    "text", [*FOREIGN, "Café Đồng Quê", "Khách sạn Hôtel Zürich", "Sữa Müller 100 g", "Trạm thu phí Zoë"]
)
def test_foreign_words_stay(text: str) -> None:
    assert mended(text) == (text, None, False)


@pytest.mark.parametrize(
    ("typed", "meant", "script"),
    [
        ("Thµnh phè", "Thành phố", Script.TCVN3),
        ("Thaønh phoá", "Thành phố", Script.VNI),
        ("ubnd x· Póng Lu«ng", "ubnd xã Púng Luông", Script.TCVN3),
        ("THµNH PHè Y£N B¸I", "THÀNH PHỐ YÊN BÁI", Script.TCVN3),
        ("THAØNH PHOÁ YEÂN BAÙI", "THÀNH PHỐ YÊN BÁI", Script.VNI),
        ("Ñöôøng Ñieän Bieân", "Đường Điện Biên", Script.VNI),
        ("Nguyªn 3 × 4", "Nguyên 3 ì 4", Script.TCVN3),
    ],
)
def test_a_cell_typed_in_an_old_font_is_converted(typed: str, meant: str, script: Script) -> None:
    assert mended(typed) == (meant, script, False)


@example("Mù Mù", Script.TCVN3)
@example("Độc", Script.TCVN3)
@given(words, st.sampled_from(Script))
def test_a_converted_cell_is_what_was_meant_and_never_something_else(text: str, script: Script) -> None:
    typed = typed_as(text, script)
    found = mended(typed)
    assert (
        found.doubtful
        or found.script != script
        or found.text == (text.lower() if script is Script.TCVN3 and text.isupper() else text)
    )
    # What stays was Vietnamese as it stood: no more can be known of one cell.
    if not found.doubtful and found.script is None:
        assert all(word.isascii() or is_syllable(word) for word in found.text.split())


@pytest.mark.parametrize("text", ["Café Thµnh", "Đường Thµnh phố", "ThÃ nh phá»‘", "Huyá»‡n VÄƒn YÃªn", "Lµ"])
def test_a_cell_that_is_partly_readable_is_in_doubt(text: str) -> None:
    assert mended(text).doubtful


def test_a_cell_that_reads_both_ways_is_in_doubt_beside_one_that_was_surely_typed_in_an_old_font() -> None:
    cells, doubtful = mended_row(["Thµnh phè", "Xã", "Bến xe", 7, None, "Ba"])
    assert cells == ["Thành phố", "Xã", "Bến xe", 7, None, "Ba"]
    assert doubtful == {1}
    assert mended_row(["Thành phố", "Xã"]) == (["Thành phố", "Xã"], frozenset())


def test_a_decomposed_cell_is_composed() -> None:
    assert mended_row([unicodedata.normalize("NFD", "Thành phố")])[0] == ["Thành phố"]


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", Encoding("utf-8")),
        ("utf-8-sig", Encoding("utf-8-sig")),
        ("utf-16", Encoding("utf-16")),
    ],
)
def test_unicode_is_told_by_its_mark_or_by_being_valid(codec: str, encoding: Encoding) -> None:
    assert encoding_of(io.BytesIO(TEXT.encode(codec))) == encoding
    assert encoding_of(io.BytesIO(b"id,title\n1,Ba")) == Encoding("utf-8")


@given(words.filter(lambda text: len([word for word in text.split() if not word.isascii()]) > 2))
def test_a_file_of_old_bytes_is_read_as_it_was_typed_or_refused(text: str) -> None:
    lines = f"id;tên\n1;{text}\n"
    typings = {
        Encoding("cp1258"): for_1258(lines).encode("cp1258"),
        Encoding("latin-1", Script.TCVN3): typed_as(lines, Script.TCVN3).encode("latin-1"),
        Encoding("latin-1", Script.VNI): typed_as(lines, Script.VNI).encode("latin-1"),
    }
    for encoding, typed in typings.items():
        try:
            found = encoding_of(io.BytesIO(typed))
        except SheetRefused:
            continue
        assert found == encoding


def test_a_page_of_old_bytes_is_surely_told() -> None:
    assert encoding_of(io.BytesIO(for_1258(TEXT).encode("cp1258"))) == Encoding("cp1258")
    for script in Script:
        typed = typed_as(TEXT, script)
        assert encoding_of(io.BytesIO(typed.encode("latin-1"))) == Encoding("latin-1", script)
        assert from_script(typed, script) == TEXT


def test_bytes_that_are_vietnamese_in_several_readings_are_refused() -> None:
    # In Windows-1258 and VNI "tí", in TCVN3 "tớ".
    with pytest.raises(SheetRefused):
        encoding_of(io.BytesIO(b"t\xed"))


@pytest.mark.parametrize("content", [b"\x93\x94\x81\x8d", "Café crème".encode("cp1252"), bytes(range(128, 256))])
def test_bytes_that_no_reading_makes_vietnamese_are_refused(content: bytes) -> None:
    with pytest.raises(SheetRefused) as refused:
        encoding_of(io.BytesIO(content))
    assert refused.value.words == "sheet.encoding"


def for_1258(text: str) -> str:
    """As Windows writes it: a letter of its own where there is one, else the letter and its tone."""
    return "".join(map(_split_tone, text))


def _split_tone(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tones = [mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"]
    rest = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
    return rest + "".join(tones)
