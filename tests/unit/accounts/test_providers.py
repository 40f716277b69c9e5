"""How what Cognito and SNS say becomes what the slice knows."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError, SSLError

from chalicelib.accounts.ports import Guess
from chalicelib.accounts.providers import CitizensPool, SnsTexts
from chalicelib.core.errors import Unavailable
from tests.unit.accounts.fakes import FakeClient, access_token

PHONE = "+84951234567"
GUESS = Guess("subject", "cognito-session-of-some-length", "482913", "request", 2, "voucher")
RESULT = {"AccessToken": access_token("subject"), "RefreshToken": "new-refresh-token", "ExpiresIn": 900}


def refusal(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": f"about {PHONE}"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


def pool(**answers: Any) -> tuple[CitizensPool, FakeClient]:
    client = FakeClient(**answers)
    return CitizensPool(lambda: client, "the-pool", "the-app"), client


def test_a_user_is_made_with_a_verified_number_and_no_message() -> None:
    made, client = pool(admin_create_user={})
    made.ensure_user(PHONE)
    ((_, arguments),) = client.calls
    assert arguments["MessageAction"] == "SUPPRESS"
    assert {"Name": "phone_number_verified", "Value": "true"} in arguments["UserAttributes"]


def test_a_user_who_exists_is_left_alone() -> None:
    pool(admin_create_user=refusal("UsernameExistsException"))[0].ensure_user(PHONE)


def test_no_two_made_up_passwords_are_equal() -> None:
    made, client = pool(admin_create_user={}, admin_set_user_password={})
    made.ensure_user(PHONE)
    made.ensure_user(PHONE)
    made.confirm("subject")
    (_, first), (_, second), (_, third) = client.calls
    assert len({first["TemporaryPassword"], second["TemporaryPassword"], third["Password"]}) == 3


def test_a_disabled_account_gets_a_session_like_everybody() -> None:
    made, _ = pool(admin_initiate_auth=refusal("NotAuthorizedException"))
    assert len(made.start(PHONE)) > 40


def test_the_right_code_gives_tokens_and_whose_they_are() -> None:
    made, client = pool(admin_respond_to_auth_challenge={"AuthenticationResult": RESULT})
    tokens = made.answer(GUESS)
    assert tokens is not None
    assert (tokens.account, tokens.refresh_token, tokens.expires_in) == ("subject", "new-refresh-token", 900)
    ((_, arguments),) = client.calls
    assert arguments["ClientMetadata"] == {"request": "request", "attempt": "2", "voucher": "voucher"}


@pytest.mark.parametrize("code", ["NotAuthorizedException", "InvalidParameterException", "UserNotFoundException"])
def test_a_wrong_code_or_session_gives_none(code: str) -> None:
    assert pool(admin_respond_to_auth_challenge=refusal(code))[0].answer(GUESS) is None


def test_another_challenge_instead_of_tokens_gives_none() -> None:
    assert pool(admin_respond_to_auth_challenge={"ChallengeName": "CUSTOM_CHALLENGE"})[0].answer(GUESS) is None


def test_a_refresh_keeps_the_refresh_token() -> None:
    result = {name: value for name, value in RESULT.items() if name != "RefreshToken"}
    tokens = pool(admin_initiate_auth={"AuthenticationResult": result})[0].refresh("old-refresh-token")
    assert tokens is not None
    assert tokens.refresh_token == "old-refresh-token"


def test_a_refresh_token_that_is_not_good_gives_none() -> None:
    assert pool(admin_initiate_auth=refusal("NotAuthorizedException"))[0].refresh("old") is None


@pytest.mark.parametrize("code", ["NotAuthorizedException", "UnsupportedTokenTypeException", "UnauthorizedException"])
def test_revoking_a_token_that_is_not_good_is_no_error(code: str) -> None:
    pool(revoke_token=refusal(code))[0].revoke("not a token")


@pytest.mark.parametrize(
    "error",
    [
        refusal("TooManyRequestsException"),
        refusal("InternalErrorException"),
        refusal("UserLambdaValidationException"),
        EndpointConnectionError(endpoint_url="https://cognito.example"),
        ReadTimeoutError(endpoint_url="https://cognito.example"),
    ],
)
def test_a_pool_that_does_not_serve_us_is_unavailable(error: Exception) -> None:
    made, _ = pool(
        admin_create_user=error, admin_initiate_auth=error, admin_respond_to_auth_challenge=error, revoke_token=error
    )
    calls = (
        lambda: made.ensure_user(PHONE),
        lambda: made.start(PHONE),
        lambda: made.answer(GUESS),
        lambda: made.refresh("token"),
        lambda: made.revoke("token"),
    )
    for call in calls:
        with pytest.raises(Unavailable):
            call()


def test_a_missing_permission_is_our_fault_and_is_not_hidden() -> None:
    with pytest.raises(ClientError):
        pool(admin_create_user=refusal("AccessDeniedException"))[0].ensure_user(PHONE)


def test_an_sms_is_transactional() -> None:
    client = FakeClient(publish={"MessageId": "1"})
    SnsTexts(lambda: client).send(PHONE, "text")
    ((_, arguments),) = client.calls
    assert arguments["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"] == "Transactional"


@pytest.mark.parametrize("error", [refusal("Throttling"), EndpointConnectionError(endpoint_url="https://sns.example")])
def test_an_sms_that_was_certainly_not_sent_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable):
        SnsTexts(lambda: FakeClient(publish=error)).send(PHONE, "text")


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://sns.example"),
        SSLError(endpoint_url="https://sns.example", error="EOF"),
        refusal("InternalError", 500),
    ],
)
def test_an_sms_that_may_have_been_sent_counts_as_sent(error: Exception) -> None:
    SnsTexts(lambda: FakeClient(publish=error)).send(PHONE, "text")


def test_the_account_of_a_new_number_is_the_subject_of_its_user() -> None:
    made, client = pool(admin_create_user={"User": {"Attributes": [{"Name": "sub", "Value": "subject-1"}]}})
    assert made.account_of(PHONE) == "subject-1"
    assert [operation for operation, _ in client.calls] == ["admin_create_user"]


def test_the_account_of_a_known_number_is_looked_up() -> None:
    made, _ = pool(
        admin_create_user=refusal("UsernameExistsException"),
        admin_get_user={
            "UserAttributes": [{"Name": "phone_number", "Value": PHONE}, {"Name": "sub", "Value": "subject-2"}]
        },
    )
    assert made.account_of(PHONE) == "subject-2"
