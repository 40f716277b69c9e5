"""The page that a citizen's message links to, the pages of problem types, the assets."""

import re
from pathlib import Path

import pytest

from chalicelib.core.errors import NotFound
from chalicelib.core.words import WORDS
from chalicelib.feedback import commands
from chalicelib.feedback.casework import Trace
from chalicelib.pages import assets
from chalicelib.pages.centre_words import CENTRE
from chalicelib.pages.dataset_words import DATASETS
from chalicelib.pages.model import Task
from chalicelib.pages.office_words import OFFICE
from chalicelib.pages.problem_words import KINDS
from chalicelib.pages.views import problem
from chalicelib.pages.words import WORDS as PAGE_WORDS
from tests.builders import DISPATCHER, QUESTION, REPORTER, RefusalReason, new_code
from tests.unit.pages.scene import COMMITTEE, CONTACT, TEXT, Scene, words


def test_a_public_case_is_followed_with_its_history_and_answer() -> None:
    scene = Scene()
    case, _ = scene.answered()
    scene.upload(case, "citizen")
    page = scene.public.track(case.code, "vi")
    shown = words(page)
    assert page.status == 200
    for expected in (TEXT, "Đã trả lời", "Tổ quản lý đường bộ đã vá ổ gà", "Quá trình xử lý", "Xã Minh Bảo"):
        assert expected in shown
    assert f"https://files.example/{case.code}/0123456789abcdef" in page.body


def test_a_case_in_hand_says_who_answers_and_by_when() -> None:
    scene = Scene()
    case, _ = scene.assigned()
    shown = words(scene.public.track(case.code.lower(), "vi"))
    assert "Ủy ban nhân dân xã Minh Bảo trả lời trước 17:00 thứ Năm 01/06/2023" in shown
    assert "Còn 7 ngày làm việc" in shown


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_passed_between_reporter_and_agency_stays_between_them(language: str) -> None:
    scene = Scene()
    case, token = scene.in_progress(share_contact=True)
    scene.agencies.ask(token, commands.Ask(question=QUESTION), Trace("ask"))
    scene.service.reply(REPORTER, case.code, commands.Reply(text="Gọi số 0959 123 456 của tôi."), Trace("reply"))
    page = scene.public.track(case.code, language)
    for private in (QUESTION, "0959 123 456", CONTACT[0], CONTACT[1], REPORTER):
        assert private not in page.body


def test_of_a_case_that_is_not_public_only_the_status_is_told() -> None:
    scene = Scene()
    case = scene.submit(visibility="private")
    page = scene.public.track(case.code, "vi")
    shown = words(page)
    assert "Đã gửi, chờ phân loại" in shown
    assert "chỉ hiển thị cho người phản ánh" in shown
    for private in (TEXT, "Ổ gà", "Nguyễn Trãi", "Minh Bảo", "Đường sá", COMMITTEE, "files.example"):
        assert private not in page.body


def test_a_refused_case_does_not_tell_the_public_why() -> None:
    scene = Scene()
    case = scene.submit()
    refusal = commands.Refuse(reason_code=RefusalReason.DENUNCIATION)
    scene.centre.refuse(DISPATCHER, case.code, refusal, Trace("refuse"))
    page = scene.public.track(case.code, "vi")
    assert "Không tiếp nhận, đã hướng dẫn" in words(page)
    assert "tố cáo" not in page.body.lower()


@pytest.mark.parametrize("code", ["", "nonsense", "1H5R7WACRK0", "../../x"])
def test_an_impossible_code_is_not_found(code: str) -> None:
    with pytest.raises(NotFound):
        Scene().public.track(code, "vi")


def test_an_unused_code_is_not_found() -> None:
    with pytest.raises(NotFound):
        Scene().public.track(new_code(), "vi")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_type_of_problem_has_a_page(language: str) -> None:
    scene = Scene()
    kinds = [key.removeprefix("problem.") for key in WORDS if key.startswith("problem.")]
    assert {f"kind.{kind}" for kind in kinds} == set(KINDS)
    for kind in kinds:
        page = scene.public.kind(kind, language)
        assert page.status == 200
        assert WORDS[f"problem.{kind}"][language == "en"] in words(page)


def test_an_unknown_type_of_problem_is_not_found() -> None:
    with pytest.raises(NotFound):
        Scene().public.kind("no-such", "vi")


@pytest.mark.parametrize(
    ("missing", "expected"), [("link", "bị cắt mất"), ("code", "mang mã này"), ("page", "địa chỉ này")]
)
def test_a_page_that_is_not_there_says_what_to_do(missing: str, expected: str) -> None:
    page = problem("", missing, 404, {"title": "Không tìm thấy", "detail": "x", "errors": []}, "vi")
    assert page.status == 404
    assert expected in words(page)
    assert "Content-Security-Policy" in page.headers


def test_another_problem_names_every_field() -> None:
    body = {"title": "Có mục chưa đúng", "detail": "Sửa", "errors": [{"field": "<b>x</b>", "message": "sai"}]}
    page = problem("", "link", 422, body, "vi")
    assert "&lt;b&gt;x&lt;/b&gt;: sai" in page.body


def test_assets_are_named_by_their_content_and_a_former_name_still_serves() -> None:
    for ending in ("css", "js", "svg"):
        asset = assets.asset(ending)
        assert assets.named(asset.name) == (asset, True)
        assert assets.named(f"page-000000000000.{ending}") == (asset, False)
    for name in ("page.css", "../words.py", "page-000000000000.py", "x"):
        assert assets.named(name) is None


def test_the_stylesheet_has_every_colour_as_a_token_and_nothing_from_elsewhere() -> None:
    css = assets.asset("css").text
    rules = re.sub(r":root \{.*?\}", "", css, flags=re.DOTALL)
    colours = set(re.findall(r"#[0-9a-f]{3,8}\b", rules))
    assert colours <= {"#999", "#outcome"}
    assert "url(" not in css
    assert "@import" not in css
    for token in ("#0b5cad", "#b3261e", "#1b6e3c", "#1a1a1a", "#5a6472", "#d5dbe1", "#f5f7f9"):
        assert token in css


def _luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    parts = [int(full[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("text", "surface"), ("text", "background"), ("muted", "surface"), ("muted", "background"), ("primary", "surface"),
        ("primary", "background"), ("on-primary", "primary"), ("on-primary", "primary-strong"), ("danger", "surface"),
        ("surface", "danger"), ("primary", "primary-soft"), ("danger", "danger-soft"), ("ok", "ok-soft"), ("warn", "warn-soft"),
        ("text", "danger-soft"), ("text", "ok-soft"),
    ],
)  # fmt: skip
def test_every_pair_of_colours_has_enough_contrast(scheme: int, front: str, back: str) -> None:
    roots = re.findall(r":root \{(.*?)\}", assets.asset("css").text, re.DOTALL)
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", roots[0]))
    if scheme:
        tokens |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", roots[1]))
    bright, dim = sorted((_luminance(tokens[front]), _luminance(tokens[back])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


_FORM = ("public", "button", "confirm")


def test_every_word_of_the_pages_is_used_and_every_used_word_exists() -> None:
    folder = Path(assets.__file__).parent
    files = [file for file in folder.glob("*.py") if not file.name.endswith("words.py")]
    files += [*folder.glob("templates/*.html"), folder.parent / "bridges" / "pages.py"]
    sources = "".join(file.read_text("utf-8") for file in files)
    literal = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*)["']""", sources))
    called = set(re.findall(r"""\b(?:w|say|say_on_page)\(\s*["']([a-z_.]+[a-z])["'][,)]""", sources))
    assert called <= {*PAGE_WORDS, *OFFICE, *CENTRE, *DATASETS, *KINDS, *WORDS}
    composed = (
        "next.",
        "done.",
        "hint.",
        "task.",
        "ended.",
        "left.",
        "over.",
        "lost.",
        "track.",
        "outcome.",
        "document.",
    )
    titles = {f"{task}.title" for task in Task} | {"give_back.title.receiver"}
    # The form of an answer is also that of a draft and of a contribution, which say their own words.
    titles |= {f"{task}.{part}" for task in ("answer", "submit_approval", "contribute") for part in _FORM}
    # The centre's lists, decisions and their fields are named by what they are.
    composed += ("list.", "act.", "field.", "publication.", "channel.", "split.")
    composed += ("datasets.state.", "datasets.kind.", "datasets.type.")
    assert {
        key for key in {**PAGE_WORDS, **OFFICE, **CENTRE, **DATASETS} if not key.startswith(composed)
    } <= literal | titles
