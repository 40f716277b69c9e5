"""Signing in and one's own profile over HTTP."""

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.accounts import views
from chalicelib.accounts.commands import ChangeProfile, Refresh, RequestCode, SignOut, TakeTokens
from chalicelib.core.errors import Unauthenticated
from chalicelib.runtime.http import Call, Caller, endpoint
from chalicelib.runtime.observability import count

routes = Blueprint(__name__)


@endpoint(
    routes, "POST", "/v1/auth/code",
    caller=Caller.ANYONE, summary="Have a one-time code sent by SMS; the same answer for every number",
    body=RequestCode, answer=views.CodeSentView, problems=(429, 503),
)  # fmt: skip
def request_code(call: Call[RequestCode, None]) -> views.CodeSentView:
    """A code by SMS. With an Idempotency-Key, a repeated call sends nothing and gives a session again."""
    sent = wiring.accounts().request_code(call.body, call.address, call.idempotency_key, call.language)
    count("CodeRequested")
    return views.code_sent_view(sent)


@endpoint(
    routes, "POST", "/v1/auth/token",
    caller=Caller.ANYONE, summary="Sign in with the code; a wrong one gives a new session to try again with",
    body=TakeTokens, answer=views.TokensView, problems=(401, 503),
)  # fmt: skip
def take_tokens(call: Call[TakeTokens, None]) -> views.TokensView:
    """Tokens for the right code."""
    try:
        tokens = wiring.accounts().sign_in(call.body, call.language)
    except Unauthenticated:
        count("SignInRefused")
        raise
    count("SignedIn")
    return views.tokens_view(tokens)


@endpoint(
    routes, "POST", "/v1/auth/refresh",
    caller=Caller.ANYONE, summary="A new access token for a refresh token",
    body=Refresh, answer=views.TokensView, problems=(401, 503),
)  # fmt: skip
def refresh_tokens(call: Call[Refresh, None]) -> views.TokensView:
    """A new access token; the refresh token stays good."""
    return views.tokens_view(wiring.accounts().refresh(call.body.refresh_token))


@endpoint(
    routes, "POST", "/v1/auth/sign-out",
    caller=Caller.ANYONE, summary="End a sign-in: its refresh token dies, its access token within 15 minutes",
    body=SignOut, status=204, problems=(503,),
)  # fmt: skip
def sign_out(call: Call[SignOut, None]) -> None:
    """The refresh token dies; one that is dead already stays so."""
    wiring.accounts().sign_out(call.body.refresh_token)


@endpoint(
    routes, "GET", "/v1/me",
    caller=Caller.CITIZEN, summary="One's own profile",
    answer=views.ProfileView, problems=(404,),
)  # fmt: skip
def read_profile(call: Call[None, None]) -> views.ProfileView:
    """The caller's profile."""
    return views.profile_view(wiring.accounts().profile(call.account))


@endpoint(
    routes, "PATCH", "/v1/me",
    caller=Caller.CITIZEN, summary="Change one's own profile: what is left out stays, null takes away",
    body=ChangeProfile, answer=views.ProfileView, problems=(404, 409),
)  # fmt: skip
def change_profile(call: Call[ChangeProfile, None]) -> views.ProfileView:
    """The caller's changed profile."""
    return views.profile_view(wiring.accounts().change_profile(call.account, call.body))
