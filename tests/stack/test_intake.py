"""Matters from the older channels on a deployed stack: the phone's owner has the case, once by its number, as a sheet too."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.address import Address
from tests.stack.matters import PLACE, TEXT, Case, dispatcher, wait
from tests.stack.people import Answer, call, refused, sample_phone, sign_in, texts
from tests.stack.roles import staff


def reference() -> str:
    """A number that a channel gave."""
    return f"1022-{secrets.token_hex(5)}"


def entry(phone: str, ref: str, **changes: Any) -> dict[str, Any]:
    """A call to the hotline."""
    plain = {"category": "duong_sa", "title": "Ổ gà", "text": TEXT, "location": PLACE, "channel": "hotline"}
    return plain | {"channel_ref": ref, "phone": phone, "name": "Hoàng Thị Sa"} | changes


def enter(stack: Address, body: dict[str, Any], **headers: str) -> Answer:
    return call(stack, "POST", "/v1/centre/feedback", body, token=dispatcher(stack), **headers)


def send_sheet(stack: Address, text: str, **more: Any) -> Answer:
    return call(stack, "POST", "/v1/centre/intake", {"csv": text} | more, token=dispatcher(stack))


def cells(*values: str) -> str:
    return ";".join(f'"{value.replace(chr(34), chr(34) * 2)}"' for value in values)


HEADER = "channel;channel_ref;phone;name;category;text;lat;long;area;occurred_at"


def row(ref: str, phone: str, **changes: str) -> str:
    plain = {
        "channel": "paper", "channel_ref": ref, "phone": phone, "name": "", "category": "duong_sa", "text": TEXT,
        "lat": "21,709", "long": "104,895", "area": "04252", "occurred_at": "23/05/2023",
    } | changes  # fmt: skip
    return cells(*plain.values())


@pytest.fixture(scope="module")
def phone() -> str:
    return sample_phone()


def test_the_owner_of_the_phone_follows_it_as_if_he_had_sent_it(stack: Address) -> None:
    phone, ref = sample_phone(), reference()
    made = enter(stack, entry(phone, ref))
    assert made.status == 201, made
    assert (made.body["channel"], made.body["channel_ref"]) == ("hotline", ref)
    code = made.body["code"]
    # Told before he has ever signed in: that it was received, and who has it.
    told = wait(lambda: [text for text in texts(stack, phone) if code in text])
    person = sign_in(stack, phone)
    case = Case(stack, person, code)
    view = case.until("assigned")
    assert view["promised_by"] == made.body["promised_by"]
    assert view["history"][0]["by"] != "Người phản ánh"
    assert "channel" not in view
    assert call(stack, "GET", "/v1/feedback", token=person.access_token).body["items"][0]["code"] == code
    assert call(stack, "GET", "/v1/me", token=person.access_token).body["name"] == "Hoàng Thị Sa"
    assert told
    assert case.act("withdraw").status == 200


def test_whoever_has_an_account_keeps_it(stack: Address) -> None:
    person = sign_in(stack)
    made = enter(stack, entry(person.phone, reference()))
    assert Case(stack, person, made.body["code"]).view()["code"] == made.body["code"]
    assert call(stack, "GET", "/v1/me", token=person.access_token).body["name"] is None


def test_the_same_number_at_once_and_later_is_one_case(stack: Address) -> None:
    body = entry(sample_phone(), reference())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: enter(stack, body), range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["code"] for answer in answers}) == 1
    again = enter(stack, body | {"phone": body["phone"].replace("+84", "0")})
    assert (again.status, again.body["code"]) == (201, answers[0].body["code"])
    assert refused(enter(stack, body | {"text": TEXT + " Thêm."}), 409) == []
    assert refused(enter(stack, body | {"phone": sample_phone()}), 409) == []


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"phone": "02163852708"}, ["phone"]),
    ({"phone": "x" * 12}, ["phone"]),
    ({"channel": "app"}, ["channel"]),
    ({"channel": "fax", "channel_ref": ""}, ["channel", "channel_ref"]),
    ({"text": "Ngắn"}, ["text"]),
    ({"category": "phep_thuat"}, ["category"]),
    ({"location": PLACE | {"lat": 0, "long": 0, "area": None}}, ["location"]),
    ({"occurred_at": "2999-01-01T00:00:00Z"}, ["occurred_at"]),
    ({"reporter": "somebody"}, ["reporter"]),
]


@pytest.mark.parametrize(("changes", "fields"), WRONG)
def test_a_wrong_entry_names_each_field_in_both_languages(
    stack: Address, phone: str, changes: dict[str, Any], fields: list[str]
) -> None:
    for language in ("vi", "en"):
        answer = enter(stack, entry(phone, reference()) | changes, Accept_Language=language)
        assert sorted(refused(answer, 422)) == sorted(fields)


def test_nobody_but_a_dispatcher_enters_anything(stack: Address, phone: str) -> None:
    body, person = entry(phone, reference()), sign_in(stack)
    for path, content in (("feedback", body), ("intake", {"csv": HEADER})):
        for token, status in (
            ("", 401),
            (person.access_token, 401),
            (staff(stack, "leader"), 403),
            (staff(stack), 403),
        ):
            assert refused(call(stack, "POST", f"/v1/centre/{path}", content, token=token), status) == []


def test_a_sheet_of_office_software_is_entered_row_by_row_and_once(stack: Address) -> None:
    phone, refs = sample_phone(), [reference() for _ in range(4)]
    lines = [
        HEADER, row(refs[0], phone), row(refs[1], phone.replace("+84", "0"), text='Cây đổ "chắn ngang"\nđường vào trường'),
        row(refs[2], "máy bàn nhà", lat="abc"), row(refs[3], phone, text="=cmd|'/c calc'!A1 ngập cả đoạn đường"),
    ]  # fmt: skip
    sheet = "\ufeff" + "\r\n".join(lines) + "\r\n"
    first = send_sheet(stack, sheet)
    assert first.status == 200, first
    assert (first.body["entered"], first.body["standing"], first.body["refused"]) == (3, 0, 1)
    assert [(one["line"], one["result"]) for one in first.body["rows"]] == [
        (2, "entered"), (3, "entered"), (5, "refused"), (6, "entered"),
    ]  # fmt: skip
    assert {one["column"] for one in first.body["rows"][2]["problems"]} >= {"lat"}
    again = send_sheet(stack, sheet)
    assert (again.body["entered"], again.body["standing"], again.body["refused"]) == (0, 3, 1)
    person = sign_in(stack, phone)
    own = call(stack, "GET", "/v1/feedback", token=person.access_token).body["items"]
    assert len(own) == 3
    formula = Case(stack, person, first.body["rows"][3]["code"]).view()
    assert formula["text"].startswith("=cmd|")
    assert formula["occurred_at"] == "2023-05-22T17:00:00Z"


def test_a_sheet_of_five_hundred_long_rows_is_entered_in_as_many_calls_as_it_takes(stack: Address) -> None:
    # Twenty matters, each on twenty-five rows, so that the stack has not to tell five hundred.
    phone, mark = sample_phone(), secrets.token_hex(4)
    text = "Đoạn đường liên thôn bị sạt lở ta luy dương, đất đá tràn xuống nửa mặt đường, xe tải không qua được. " * 4
    lines = [HEADER, *(row(f"{mark}-{number % 20}", phone, text=text) for number in range(500))]
    sheet, place, rows = "\n".join(lines), 1, list[dict[str, Any]]()
    assert len(sheet) > 200_000
    while place:
        answer = send_sheet(stack, sheet, from_line=place)
        assert answer.status == 200, answer
        rows += answer.body["rows"]
        place = answer.body.get("next_line", 0)
    assert [one["line"] for one in rows] == list(range(2, 502))
    assert len({one["code"] for one in rows}) == 20
    assert [one["result"] for one in rows] == ["entered"] * 20 + ["standing"] * 480


def test_a_sheet_that_cannot_be_read_says_why(stack: Address) -> None:
    for text, words in (
        (HEADER + "\nduong \ufffd", "CSV UTF-8"), (HEADER + '\n"paper', "dòng 2"), ("a,b\n1,2", "channel_ref"), (" ", ""),
    ):  # fmt: skip
        answer = send_sheet(stack, text)
        assert set(refused(answer, 422)) == {"csv"}
        assert words in " ".join(error["message"] for error in answer.body["errors"])
    windows = (HEADER + "\n" + row("1", "0951234567")).encode("utf-16")
    raw = b'{"csv": "' + windows.replace(b'"', b"") + b'"}'
    answer = call(stack, "POST", "/v1/centre/intake", raw=raw, token=dispatcher(stack))
    assert answer.status in (400, 422), answer


def test_a_body_over_a_megabyte_is_refused(stack: Address) -> None:
    assert refused(send_sheet(stack, "x" * 1_100_000), 413) == []
