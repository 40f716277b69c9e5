"""Units send their data to the deployed stack: through the bucket and the functions to those who look them up."""

from collections.abc import Iterator

import pytest

from chalicelib.lookups.uploads.legacy_vietnamese import Script, typed_as
from infra.seed.staff import SUPPLIER
from tests.address import Address
from tests.own_stack import own_stack
from tests.stack.matters import upload as post_file
from tests.stack.matters import wait
from tests.stack.people import Answer, call, member_token, refused, sign_in
from tests.stack.roles import staff
from tests.stack.supplying import Unit, as_csv, as_xlsx, bill, station
from tests.unit.lookups.test_encodings import for_1258

MONTH = "2023-04"
MANY = 3_000
# What a file was typed with, when there was no Unicode.
OLD = {
    "TCVN3": lambda text: typed_as(text, Script.TCVN3).encode("latin-1"),
    "VNI": lambda text: typed_as(text, Script.VNI).encode("cp1252"),
    "Windows-1258": lambda text: for_1258(text).encode("cp1258"),
}


@pytest.fixture(scope="module")
def stack() -> Iterator[Address]:
    """A stack of its own, whose samples are replaced."""
    yield from own_stack("-uploads")


@pytest.fixture(scope="module")
def health(stack: Address) -> Unit:
    """Somebody of the Department of Health."""
    return Unit(stack, "so-y-te", "health", "facilities", "facilities")


@pytest.fixture(scope="module")
def water(stack: Address) -> Unit:
    """Somebody of the water company of Nghĩa Lộ."""
    return Unit(stack, "cap-nuoc-nghia-lo", "water", "bills", "nghia-lo")


def titles(stack: Address) -> set[str]:
    """The facilities that anybody finds in Yên Ninh."""
    found = call(stack, "GET", "/v1/utilities/health/facilities/places?area=04252&limit=100")
    assert found.status == 200, found
    return {place["title"] for place in found.body["items"]}


def looked_up(stack: Address, token: str, number: int) -> Answer:
    """The bills of the customer of that number, as somebody asks who knows them."""
    body = {"code": f"NL{number:07d}", "factor": f"{number % 10_000:04d}"}
    return call(stack, "POST", "/v1/utilities/water/bills/account", body, token=token)


def test_good_rows_live_all_at_once_and_bad_ones_are_named_on_the_api_and_by_e_mail(
    stack: Address, health: Unit
) -> None:
    rows = [
        station("yn-1", "Trạm Y tế Yên Ninh"), station("yn-2", "=HYPERLINK(A1)"), station("yn-3", "Trạm C", lat="hai mốt"),
        station("yn-1", "Trạm lặp lại"), station("yn-4", "Phòng khám Yên Ninh", kind="clinic"),
    ]  # fmt: skip
    shown = health.loaded("Cơ sở y tế.csv", as_csv(rows))
    assert (shown["upload"]["state"], shown["upload"]["good"], shown["upload"]["bad"]) == ("live", 2, 3)
    assert [line["row"] for line in shown["items"]] == [3, 4, 5]
    assert all(reason["message"] for line in shown["items"] for reason in line["reasons"])
    assert [reason["column"] for reason in shown["items"][1]["reasons"]] == ["lat"]
    wait(lambda: titles(stack) == {"Trạm Y tế Yên Ninh", "Phòng khám Yên Ninh"})
    (letter,) = wait(health.letters)
    number = shown["upload"]["number"]
    assert f"/centre/datasets/health/facilities/uploads/{number}" in str(letter)
    assert "hai mốt" not in str(letter)


@pytest.mark.parametrize("typed", OLD)
def test_a_file_of_an_old_font_with_decimal_commas_lives_as_it_was_meant(
    stack: Address, health: Unit, typed: str
) -> None:
    title = f"Trạm Y tế phường Yên Ninh, mở cửa sớm ({typed})"
    text = (
        "id;Cơ sở;Địa bàn;Vĩ độ;Kinh độ;Loại;Nhận bảo hiểm y tế;Giờ mở cửa\n"
        f"cu-1;{title};Phường Yên Ninh;21,7291;104,9301;Trạm y tế;có;thứ Hai đến thứ Sáu 7h30–11h30\n"
        "cu-1;Trùng mã;Phường Yên Ninh;21,7291;104,9301;Trạm y tế;có;\n"
    ).replace("–", "-")
    shown = health.loaded("co-so.csv", OLD[typed](text))
    assert (shown["upload"]["state"], shown["upload"]["good"], shown["upload"]["bad"]) == ("live", 1, 1), shown
    assert [(line["row"], line["reasons"][0]["column"]) for line in shown["items"]] == [(3, "id")]
    wait(lambda: titles(stack) == {title})
    found = call(stack, "GET", "/v1/utilities/health/facilities/places?lat=21.7291&long=104.9301&metres=50")
    (place,) = found.body["items"]
    assert (place["distance"], place["facts"]["kind"]) == (0, "station")
    assert place["facts"]["hours"].startswith("T2-T6 07:30-11:30")


def test_what_is_sent_in_the_place_of_a_file_that_was_taken_is_read_by_nobody(stack: Address, health: Unit) -> None:
    first, second = (as_csv([station("a", title)]) for title in ("Trạm đã nhận", "Trạm gửi đè"))
    begun = health.begin("co-so.csv", max(len(first), len(second)))
    number = begun.body["upload"]["number"]
    assert post_file(begun.body["post"], first)[0] in (200, 201, 204)
    wait(lambda: health.upload(number)["upload"]["state"] == "live")
    assert post_file(begun.body["post"], second)[0] in (200, 201, 204)
    sound = as_xlsx([station("a", "Trạm C")])
    damaged = health.loaded("hong.xlsx", sound[:100] + bytes(40) + sound[140:])
    assert (damaged["upload"]["state"], bool(damaged["upload"]["fault"])) == ("refused", True)
    wait(lambda: titles(stack) == {"Trạm đã nhận"})
    key = f"taken/health.facilities/{number}/data.csv"
    taken = stack.client("s3").get_object(Bucket=stack.outputs["DatasetsBucket"], Key=key)["Body"].read()
    assert taken == first


def test_the_next_upload_replaces_all_and_going_back_brings_the_one_before(stack: Address, health: Unit) -> None:
    health.loaded("mot.csv", as_csv([station("a", "Trạm thứ nhất")]))
    wait(lambda: titles(stack) == {"Trạm thứ nhất"})
    shown = health.loaded("hai.xlsx", as_xlsx([station("a", "Trạm thứ hai"), station("b", "Trạm thứ ba")]))
    assert shown["upload"]["good"] == 2, shown
    wait(lambda: titles(stack) == {"Trạm thứ hai", "Trạm thứ ba"})
    went_back = health.back()
    assert (went_back.status, went_back.body["rows"]) == (200, 1)
    wait(lambda: titles(stack) == {"Trạm thứ nhất"})
    assert health.back().status == 200
    wait(lambda: titles(stack) == {"Trạm thứ hai", "Trạm thứ ba"})


def test_a_file_that_is_none_is_refused_as_a_whole_and_what_lives_stays(stack: Address, health: Unit) -> None:
    before = titles(stack)
    shown = health.loaded("khong-phai.xlsx", b"%PDF-1.7 no spreadsheet")
    assert (shown["upload"]["state"], shown["items"]) == ("refused", [])
    assert shown["upload"]["fault"]
    assert titles(stack) == before


def test_the_same_file_that_arrives_twice_changes_nothing_the_second_time(stack: Address, health: Unit) -> None:
    content = as_csv([station("twice", "Trạm hai lần")])
    begun = health.begin("hai-lan.csv", len(content)).body
    for _ in range(2):
        assert post_file(begun["post"], content)[0] in (200, 201, 204)
    number = begun["upload"]["number"]
    wait(lambda: health.upload(number)["upload"]["state"] == "live")
    once = len(wait(lambda: [one for one in health.letters() if f"uploads/{number}" in str(one)]))
    assert once == 1
    wait(lambda: titles(stack) == {"Trạm hai lần"})


def test_a_month_of_bills_is_looked_up_by_who_knows_them_and_replaced_by_month(stack: Address, water: Unit) -> None:
    content = as_csv(bill(number, MONTH) for number in range(1, MANY + 1))
    shown = water.loaded("thang-4.csv", content, 240, month=MONTH)
    assert (shown["upload"]["good"], shown["upload"]["bad"], shown["upload"]["month"]) == (MANY, 0, MONTH)
    citizen = sign_in(stack).access_token
    found = wait(lambda: (answer := looked_up(stack, citizen, MANY)).status == 200 and answer)
    assert found.body["as_of"]
    assert str(96_000 + MANY) in str(found.body)
    water.loaded("thang-5.csv", as_csv([bill(MANY, "2023-05")]), month="2023-05")
    wait(lambda: {MONTH, "2023-05"} <= set(str(looked_up(stack, citizen, MANY).body).replace("'", " ").split()))


def test_only_its_unit_and_administrators_send_a_feed_s_data(stack: Address, health: Unit, water: Unit) -> None:
    body = {"file_name": "a.csv", "size": 9}
    path = "/v1/centre/datasets/health/facilities/facilities"
    tokens = {
        "another unit": water.token, "no unit": staff(stack, "supplier"), "no supplier": staff(stack, "unit-so-y-te"),
        "leader": staff(stack, "leader", "unit-so-y-te"),
    }  # fmt: skip
    for who, token in tokens.items():
        assert refused(call(stack, "POST", f"{path}/uploads", body, token=token), 403) == [], who
        assert refused(call(stack, "POST", f"{path}/roll_back", {}, token=token), 403) == [], who
        assert refused(call(stack, "GET", "/v1/centre/datasets/health/facilities/uploads/1", token=token), 403) == [], (
            who
        )
    assert call(stack, "POST", f"{path}/uploads", body, token=staff(stack, "administrator")).status == 201
    assert call(stack, "GET", "/v1/centre/agencies/so-y-te", token=health.token).status == 403


def test_leave_is_for_a_file_of_that_size_in_that_place(stack: Address, health: Unit) -> None:
    begun = health.begin("a.csv", 20).body
    assert post_file(begun["post"], b"0" * 21)[0] == 400
    elsewhere = begun["post"]["fields"]["key"].replace("health.facilities", "water.bills")
    assert post_file(begun["post"], b"0" * 9, key=elsewhere)[0] == 403
    for body, field in (("a.exe", "file_name"), ("a.xls", "file_name")):
        assert refused(health.begin(body, 9), 422) == [field]
    assert refused(health.begin("a.csv", 100_000_001), 422) == ["size"]
    assert refused(health.begin("a.csv", 9, month="2023-13"), 422) == ["month"]


def test_the_sample_supplier_sees_the_data_of_his_unit_alone(stack: Address) -> None:
    token = member_token(stack, SUPPLIER)
    shown = call(stack, "GET", "/v1/centre/datasets", token=token)
    assert {one["utility"] for one in shown.body["items"]} == {"health"}
    one = call(stack, "GET", "/v1/centre/datasets/health/facilities", token=token).body
    assert one["slices"][0]["live"] > 0
    assert {column["name"] for column in one["columns"] if column.get("required")} >= {"id", "title", "area"}
