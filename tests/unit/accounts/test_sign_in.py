"""Signing in by one-time code: every rule of the use case, with the user pool and the table in memory."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from chalicelib.accounts.commands import RequestCode, TakeTokens
from chalicelib.accounts.ports import Tokens
from chalicelib.accounts.sign_in import CodeSent
from chalicelib.core.errors import DomainError, Invalid, TooMany, Unauthenticated, Unavailable
from chalicelib.core.text import fits_one_segment
from tests.unit.accounts.fakes import House

PHONE = "0951 234 567"
E164 = "+84951234567"
ADDRESS = "198.51.100.7"


def ask(house: House, phone: str = PHONE, key: str = "", address: str = ADDRESS, language: str = "vi") -> CodeSent:
    return house.service.request_code(RequestCode(phone=phone), address, key, language)


def answer(house: House, session: str, code: str, phone: str = PHONE) -> Tokens:
    return house.service.sign_in(TakeTokens(phone=phone, code=code, session=session), "vi")


def refusal(house: House, session: str, code: str, phone: str = PHONE) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as caught:
        answer(house, session, code, phone)
    return caught.value


def wrong(house: House) -> str:
    return "000000" if house.texts.last_code() != "000000" else "111111"


def test_the_code_that_came_by_sms_signs_in() -> None:
    house = House()
    sent = ask(house)
    assert (sent.expires_in, sent.resend_after) == (300, 60)
    tokens = answer(house, sent.session, house.texts.last_code())
    assert (tokens.account, tokens.expires_in) == (house.pool.users[E164], 900)


def test_the_sms_goes_to_the_normal_form_of_the_number_and_is_one_segment_in_either_language() -> None:
    house = House()
    ask(house, "+84 95 123 4567", language="vi")
    ask(house, "0951234568", language="en")
    (first, vietnamese), (_, english) = house.texts.sent
    assert first == E164
    assert fits_one_segment(vietnamese)
    assert fits_one_segment(english)
    assert "Ma xac thuc la" in vietnamese
    assert "Your code is" in english


def test_known_and_unknown_numbers_get_the_same_answer() -> None:
    house = House()
    unknown = ask(house)
    answer(house, unknown.session, house.texts.last_code())
    house.clock.move(minutes=2)
    known = ask(house)
    assert (known.expires_in, known.resend_after) == (unknown.expires_in, unknown.resend_after)
    assert len(known.session) == len(unknown.session)


def test_the_first_sign_in_makes_the_account_and_the_next_leaves_it() -> None:
    house = House()
    tokens = answer(house, ask(house).session, house.texts.last_code())
    made = house.store.accounts[tokens.account]
    assert (made.phone, made.language, made.channels.sms, made.version) == (E164, "vi", True, 1)
    assert house.pool.confirmed == {tokens.account}
    house.store.save(replace(made, name="Bà Mẫu", version=2))
    house.clock.move(minutes=2)
    answer(house, ask(house).session, house.texts.last_code())
    assert house.store.accounts[tokens.account].name == "Bà Mẫu"


def test_asking_for_a_code_alone_makes_no_account() -> None:
    house = House()
    ask(house)
    assert house.store.accounts == {}


def test_a_wrong_code_gives_a_new_session_and_ends_the_old_one() -> None:
    house = House()
    old = ask(house).session
    refused = refusal(house, old, wrong(house))
    assert refused.words == "error.code_wrong"
    assert refused.session not in (None, old)
    assert refusal(house, old, house.texts.last_code()).words == "error.code_wrong"
    assert answer(house, str(refused.session), house.texts.last_code())


def test_after_five_wrong_codes_the_right_one_is_refused_too() -> None:
    house = House()
    session = ask(house).session
    words = []
    for _ in range(5):
        refused = refusal(house, session, wrong(house))
        words.append(refused.words)
        session = str(refused.session)
    assert words == ["error.code_wrong"] * 4 + ["error.code_ended"]
    last = refusal(house, session, house.texts.last_code())
    assert (last.words, last.session) == ("error.code_ended", None)


def test_attempts_are_counted_by_number_however_many_sessions_there_are() -> None:
    house = House()
    sessions = [ask(house, key="one key of the caller").session for _ in range(6)]
    for session in sessions[:5]:
        refusal(house, session, wrong(house))
    assert refusal(house, sessions[5], house.texts.last_code()).words == "error.code_ended"


def test_a_code_works_once() -> None:
    house = House()
    sessions = [ask(house, key="one key of the caller").session for _ in range(2)]
    assert answer(house, sessions[0], house.texts.last_code())
    assert refusal(house, sessions[1], house.texts.last_code()).words == "error.code_ended"


def test_of_ten_right_codes_at_once_exactly_one_succeeds() -> None:
    house = House()
    sessions = [ask(house, key="one key of the caller").session for _ in range(10)]
    code = house.texts.last_code()

    def attempt(session: str) -> bool:
        try:
            return bool(answer(house, session, code))
        except DomainError:
            return False

    with ThreadPoolExecutor(10) as threads:
        outcomes = list(threads.map(attempt, sessions))
    assert sum(outcomes) == 1


def test_a_code_is_good_for_five_minutes() -> None:
    house = House()
    session, code = ask(house).session, house.texts.last_code()
    house.clock.move(minutes=5)
    assert refusal(house, session, code).words == "error.code_ended"


def test_a_new_code_replaces_the_old_one() -> None:
    house = House()
    first, old_code = ask(house).session, house.texts.last_code()
    house.clock.move(seconds=60)
    second = ask(house).session
    assert refusal(house, first, old_code).words == "error.code_ended"
    assert refusal(house, first, house.texts.last_code()).words == "error.code_ended"
    assert answer(house, second, house.texts.last_code())


def test_a_session_serves_the_number_it_was_given_for_and_no_other() -> None:
    house = House()
    session = ask(house).session
    other = ask(house, "0957654321").session
    assert refusal(house, session, house.texts.last_code(), "0957654321").words == "error.code_ended"
    assert answer(house, other, house.texts.last_code(), "0957654321")


@pytest.mark.parametrize("session", ["x", "a.b.c", "..", "é.ü.ß", "." * 4000])
def test_a_session_that_we_did_not_give_is_refused(session: str) -> None:
    house = House()
    ask(house)
    assert refusal(house, session, house.texts.last_code()).words == "error.code_ended"


def test_a_forged_session_spends_none_of_the_numbers_attempts() -> None:
    house = House()
    session = ask(house).session
    for _ in range(10):
        refusal(house, session[:-1] + "!", wrong(house))
    assert answer(house, session, house.texts.last_code())


def test_a_code_is_sent_again_after_sixty_seconds_and_not_before() -> None:
    house = House()
    ask(house)
    house.clock.move(seconds=59)
    with pytest.raises(TooMany) as caught:
        ask(house)
    assert caught.value.retry_after == 1
    house.clock.move(seconds=1)
    ask(house)
    assert len(house.texts.sent) == 2


def test_a_number_gets_five_codes_an_hour_and_ten_a_day() -> None:
    house = House()
    waits = []
    for _ in range(3):
        for _ in range(5):
            ask(house)
            house.clock.move(minutes=2)
        with pytest.raises(TooMany) as caught:
            ask(house)
        waits.append(caught.value.retry_after)
        house.clock.move(minutes=50)
        if len(house.texts.sent) == 10:
            break
    assert waits == [50 * 60, 24 * 3600 - 70 * 60]


def test_an_address_gets_so_many_codes_an_hour_for_all_numbers_together() -> None:
    house = House(codes_per_address=3)
    for place in range(3):
        ask(house, f"095123456{place}")
    with pytest.raises(TooMany) as caught:
        ask(house, "0951234569")
    assert 0 < caught.value.retry_after <= 3600
    ask(house, "0951234569", address="198.51.100.8")
    house.clock.move(hours=1)
    ask(house, "0951234568")


def test_no_address_and_no_number_is_kept_in_plain() -> None:
    house = House()
    ask(house)
    kept = repr(house.store.requests) + repr(house.store.calls)
    assert ADDRESS not in kept
    assert "951234567" not in kept
    assert house.texts.last_code() not in kept


def test_a_trigger_that_is_called_again_sends_no_second_sms() -> None:
    house = House()
    house.pool.trigger_calls = 3
    session = ask(house).session
    assert len(house.texts.sent) == 1
    assert answer(house, session, house.texts.last_code())


def test_a_repeated_call_with_its_idempotency_key_gets_a_session_and_no_second_sms() -> None:
    house = House()
    first = ask(house, key="one key of the caller")
    house.clock.move(seconds=20)
    again = ask(house, key="one key of the caller")
    assert len(house.texts.sent) == 1
    assert (again.expires_in, again.resend_after) == (280, 40)
    assert again.session != first.session
    assert answer(house, again.session, house.texts.last_code())


def test_another_key_and_a_key_whose_code_was_used_ask_anew() -> None:
    house = House()
    session = ask(house, key="one key of the caller").session
    with pytest.raises(TooMany):
        ask(house, key="another key")
    answer(house, session, house.texts.last_code())
    with pytest.raises(TooMany):
        ask(house, key="one key of the caller")


def test_a_code_that_waited_longer_than_a_minute_is_never_sent() -> None:
    house = House()
    house.pool.trigger_calls = 0
    ask(house)
    house.clock.move(seconds=61)
    assert house.challenge.send_code(E164, "account-1") is False
    assert house.texts.sent == []


def test_nobody_is_sent_a_code_that_was_not_asked_for_here() -> None:
    house = House()
    assert house.challenge.send_code(E164, "account-1") is False
    assert house.texts.sent == []


def test_an_answer_without_our_voucher_is_wrong_even_where_the_code_is_right() -> None:
    house = House()
    session, code = ask(house).session, house.texts.last_code()
    request = session.split(".")[0]
    assert house.challenge.is_right(E164, code, request, 1, "") is False
    assert house.challenge.is_right(E164, code, request, 1, "é" * 32) is False
    assert answer(house, session, code)


def test_where_the_sms_was_not_sent_the_caller_hears_so_and_may_ask_again_at_once() -> None:
    house = House()
    house.texts.broken = True
    with pytest.raises(Unavailable):
        ask(house)
    house.texts.broken = False
    assert answer(house, ask(house).session, house.texts.last_code())


def test_where_the_pool_does_not_answer_the_number_may_ask_again_at_once() -> None:
    house = House()
    house.pool.broken = True
    with pytest.raises(Unavailable):
        ask(house, key="one key of the caller")
    house.pool.broken = False
    assert answer(house, ask(house, key="one key of the caller").session, house.texts.last_code())


def test_two_who_ask_for_one_number_at_once_cause_one_sms() -> None:
    house = House()

    def attempt(_: int) -> str:
        try:
            return ask(house).session
        except TooMany:
            return ""

    with ThreadPoolExecutor(8) as threads:
        sessions = list(threads.map(attempt, range(8)))
    assert len(house.texts.sent) == 1
    assert sum(map(bool, sessions)) == 1


@pytest.mark.parametrize(
    "phone", ["0912345678", "+84 912 345 678", "091.234.5678", "84912345678", "(091) 234-5678", "0084912345678"]
)
def test_vietnamese_mobile_numbers_are_taken_however_they_are_written(phone: str) -> None:
    house = House(stage="prod")
    ask(house, phone)
    assert [number for number, _ in house.texts.sent] == ["+84912345678"]


@pytest.mark.parametrize(
    "phone",
    [
        "0243 123 4567", "1900 1234", "+1 415 555 2671", "091234567", "09123456789", "091234567a", "0912345678;ext=1",
        "tel:0912345678", "٠٩١٢٣٤٥٦٧٨", "０９１２３４５６７８", "113", "+84", "++84912345678", "0912345678\n",
    ],
)  # fmt: skip
def test_anything_but_a_vietnamese_mobile_number_is_refused(phone: str) -> None:
    house = House(stage="prod")
    with pytest.raises(Invalid) as caught:
        ask(house, phone)
    assert [(error.field, error.words) for error in caught.value.errors] == [("phone", "field.phone")]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_the_sample_block_is_refused_where_messages_are_real(stage: str) -> None:
    house = House(stage=stage)
    with pytest.raises(Invalid):
        ask(house)
    assert house.texts.sent == []


def test_a_refresh_token_works_until_the_sign_out() -> None:
    house = House()
    tokens = answer(house, ask(house).session, house.texts.last_code())
    assert house.service.refresh(tokens.refresh_token).account == tokens.account
    house.service.sign_out(tokens.refresh_token)
    house.service.sign_out(tokens.refresh_token)
    with pytest.raises(Unauthenticated):
        house.service.refresh(tokens.refresh_token)
