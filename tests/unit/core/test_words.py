"""Every sentence is there in both languages, and every key that code uses is there."""

import re
from pathlib import Path
from string import Formatter

import pytest

from chalicelib.core import errors
from chalicelib.core.words import WORDS, say
from chalicelib.feedback.lifecycle import Action, Status
from chalicelib.feedback.values import Outcome, Rating, RefusalReason
from chalicelib.runtime.problems import CHALICE, STATUS

CODE = Path(__file__).parents[3] / "chalicelib"
_VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)


def used() -> set[str]:
    """Every whole key that stands in the code; pages have words of their own beside these."""
    pattern = re.compile(r"[\"']((?:error|field|problem|status|flag|action|by)\.[a-z_\-]+)[\"']")
    texts = [
        path.read_text("utf-8") for path in CODE.rglob("*.py") if path.name != "words.py" and "pages" not in path.parts
    ]
    return {key for text in texts for key in pattern.findall(text)}


def test_every_key_in_the_code_has_its_sentence() -> None:
    assert used() - set(WORDS) == set()


@pytest.mark.parametrize(
    "key",
    [
        *(f"status.{status}" for status in Status),
        *(f"action.{action}" for action in Action),
        *(f"outcome.{outcome}" for outcome in Outcome),
        *(f"rating.{rating}" for rating in Rating),
        *(f"refusal.{reason}" for reason in RefusalReason),
        *(f"refusal_door.{reason}" for reason in RefusalReason),
        *(f"problem.{kind}" for _, _, kind in STATUS),
        *(f"problem.{kind}" for _, kind, _ in CHALICE.values()),
        *(words for _, _, words in CHALICE.values()),
        *(
            kind.words
            for kind in vars(errors).values()
            if isinstance(kind, type) and issubclass(kind, errors.DomainError)
        ),
    ],
)
def test_every_code_has_its_sentence(key: str) -> None:
    assert say(key, "vi")


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_with_the_same_blanks(key: str) -> None:
    vietnamese, english = WORDS[key]
    blanks = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (vietnamese, english)]
    assert blanks[0] == blanks[1]
    assert vietnamese.strip() == vietnamese != english == english.strip()
    assert _VIETNAMESE.search(vietnamese)
    assert not _VIETNAMESE.search(english)


def test_vietnamese_is_what_is_said_unless_english_is_asked_for() -> None:
    assert say("field.missing", "vi") == say("field.missing", "fr") == "bắt buộc"
    assert say("field.missing", "en") == "required"
    assert say("field.list_long", "en", most=5) == "has at most 5 items"
    with pytest.raises(KeyError):
        say("field.nothing", "vi")
