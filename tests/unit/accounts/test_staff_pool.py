"""The user pool Staff as the door sees it: password first, then a code, never one without the other."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.accounts.staff import Pass, Unready
from chalicelib.accounts.staff_pool import StaffPool
from chalicelib.core.errors import TooMany, Unavailable
from tests.unit.accounts.fakes import FakeClient, access_token
from tests.unit.accounts.test_providers import refusal

ASKS = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s", "ChallengeParameters": {"USER_ID_FOR_SRP": "user-1"}}
GIVES = {
    "AuthenticationResult": {
        "AccessToken": access_token("1", username="user-1", **{"cognito:groups": ["dispatcher", "leader"]}),
        "RefreshToken": "refresh-1", "ExpiresIn": 900,
    }
}  # fmt: skip


def pool(**answers: Any) -> tuple[StaffPool, FakeClient]:
    client = FakeClient(**answers)
    return StaffPool(lambda: client, "pool", "app"), client


def test_password_and_code_give_user_groups_and_token() -> None:
    staff, client = pool(admin_initiate_auth=ASKS, admin_respond_to_auth_challenge=GIVES)
    assert staff.sign_in("a@centre.example", "password", "123456") == Pass(
        "user-1", ("dispatcher", "leader"), "refresh-1"
    )
    responses = client.calls[1][1]["ChallengeResponses"]
    assert responses == {"USERNAME": "user-1", "SOFTWARE_TOKEN_MFA_CODE": "123456"}


def test_whom_the_pool_would_let_in_by_password_alone_we_do_not() -> None:
    staff, client = pool(admin_initiate_auth=GIVES)
    with pytest.raises(Unready):
        staff.sign_in("a@centre.example", "password", "123456")
    assert len(client.calls) == 1


@pytest.mark.parametrize("challenge", ["NEW_PASSWORD_REQUIRED", "MFA_SETUP"])
def test_who_has_to_choose_a_password_or_enrol_first_is_told(challenge: str) -> None:
    staff, _ = pool(admin_initiate_auth={"ChallengeName": challenge, "Session": "s"})
    with pytest.raises(Unready):
        staff.sign_in("a@centre.example", "password", "123456")


@pytest.mark.parametrize("code", ["NotAuthorizedException", "UserNotFoundException", "InvalidParameterException"])
def test_a_wrong_password_ends_before_the_code_is_tried(code: str) -> None:
    staff, client = pool(admin_initiate_auth=refusal(code))
    assert staff.sign_in("a@centre.example", "password", "123456") is None
    assert len(client.calls) == 1


@pytest.mark.parametrize("code", ["CodeMismatchException", "ExpiredCodeException", "NotAuthorizedException"])
def test_a_wrong_code_opens_nothing(code: str) -> None:
    staff, _ = pool(admin_initiate_auth=ASKS, admin_respond_to_auth_challenge=refusal(code))
    assert staff.sign_in("a@centre.example", "password", "000000") is None


def test_the_pools_own_lock_is_told_as_such() -> None:
    locked = ClientError({"Error": {"Code": "NotAuthorizedException", "Message": "Password attempts exceeded"}}, "x")
    for error in (locked, refusal("TooManyFailedAttemptsException")):
        with pytest.raises(TooMany):
            pool(admin_initiate_auth=error)[0].sign_in("a@centre.example", "password", "123456")


@pytest.mark.parametrize("code", ["PasswordResetRequiredException", "UserNotConfirmedException"])
def test_an_account_that_waits_for_its_owner_is_not_ready(code: str) -> None:
    with pytest.raises(Unready):
        pool(admin_initiate_auth=refusal(code))[0].sign_in("a@centre.example", "password", "123456")


@pytest.mark.parametrize("error", [refusal("InternalErrorException", 500), EndpointConnectionError(endpoint_url="x")])
def test_a_pool_that_does_not_answer_is_no_wrong_password(error: Exception) -> None:
    staff, _ = pool(admin_initiate_auth=error, revoke_token=error)
    with pytest.raises(Unavailable):
        staff.sign_in("a@centre.example", "password", "123456")
    with pytest.raises(Unavailable):
        staff.again("refresh-1")
    with pytest.raises(Unavailable):
        staff.revoke("refresh-1")


def test_a_missing_permission_is_an_error_of_ours() -> None:
    with pytest.raises(ClientError):
        pool(admin_initiate_auth=refusal("AccessDeniedException"))[0].again("refresh-1")


def test_asked_again_the_pool_tells_the_groups_of_now() -> None:
    again = {"AuthenticationResult": {"AccessToken": access_token("1", username="user-1"), "ExpiresIn": 900}}
    staff, client = pool(admin_initiate_auth=again)
    assert staff.again("refresh-1") == Pass("user-1", (), "refresh-1")
    assert client.calls[0][1]["AuthFlow"] == "REFRESH_TOKEN_AUTH"


def test_who_was_disabled_or_signed_out_is_nobody() -> None:
    assert pool(admin_initiate_auth=refusal("NotAuthorizedException"))[0].again("refresh-1") is None


def test_revoking_what_is_no_token_any_more_does_nothing() -> None:
    pool(revoke_token=refusal("NotAuthorizedException"))[0].revoke("refresh-1")


MEMBER = {
    "Enabled": True,
    "UserAttributes": [{"Name": "sub", "Value": "user-1"}, {"Name": "email", "Value": "a@unit.example"}],
}


def test_the_address_of_a_member_is_what_the_pool_says() -> None:
    staff, client = pool(admin_get_user=MEMBER)
    assert staff.email("user-1") == "a@unit.example"
    assert client.calls[0][1] == {"UserPoolId": "pool", "Username": "user-1"}


def test_whoever_has_left_has_no_address() -> None:
    assert pool(admin_get_user=MEMBER | {"Enabled": False})[0].email("user-1") == ""
    assert pool(admin_get_user=refusal("UserNotFoundException"))[0].email("user-1") == ""


def test_a_pool_that_does_not_answer_is_no_member_who_has_left() -> None:
    for error in (refusal("InternalErrorException"), EndpointConnectionError(endpoint_url="https://pool")):
        with pytest.raises(Unavailable):
            pool(admin_get_user=error)[0].email("user-1")
