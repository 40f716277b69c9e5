"""Accounts over HTTP: looking one up, saved codes, all bills. Answers are for their reader alone; nobody on the way keeps them."""

from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring_lookups
from chalicelib.core import clock
from chalicelib.core.errors import TooMany
from chalicelib.lookups.account import views
from chalicelib.lookups.account.commands import LookUpAccount, SaveCode
from chalicelib.lookups.account.service import Proven, Question, Unproven
from chalicelib.runtime.http import Call, Caller, Reply, endpoint
from chalicelib.runtime.observability import count

routes = Blueprint(__name__)

_PRIVATE = {"Cache-Control": "private, no-store"}


@endpoint(
    routes, "POST", "/v1/utilities/{utility}/{offer}/account",
    caller=Caller.CITIZEN, summary="The records under a code, for who knows its second thing or has saved it",
    body=LookUpAccount, answer=views.AccountView, problems=(404, 409, 429, 503),
)  # fmt: skip
def look_up_account(call: Call[LookUpAccount, None]) -> views.AccountView:
    """The newest records first; the same refusal for an unknown code and a wrong second thing."""
    call.body.check()
    utility, offer = call.path["utility"], call.path["offer"]
    if call.body.saved is not None:
        proven = wiring_lookups.saved_codes().read(call.account, call.body.saved, utility, offer, call.language)
    else:
        proven = _proven(_question(call, utility, offer))
    count("AccountLookedUp")
    wiring_lookups.usage().used(proven.dataset.utility)
    return views.account_view(proven, clock.now())


@endpoint(
    routes, "GET", "/v1/me/codes",
    caller=Caller.CITIZEN, summary="Every code that the caller keeps", answer=views.SavedCodeList,
)  # fmt: skip
def list_saved_codes(call: Call[None, None]) -> Reply:
    """The latest first, masked."""
    codes = wiring_lookups.saved_codes().all_of(call.account)
    return Reply(views.saved_code_list(codes), headers=_PRIVATE)


@endpoint(
    routes, "POST", "/v1/me/codes",
    caller=Caller.CITIZEN, summary="Keep a code, once its second thing is found right; at most 20",
    body=SaveCode, answer=views.SavedCodeView, status=201, problems=(404, 409, 429, 503),
)  # fmt: skip
def save_code(call: Call[SaveCode, None]) -> views.SavedCodeView:
    """The code as it is kept; one that was kept before has the new label and reminder."""
    question = _question(call, call.body.utility, call.body.offer)
    try:
        saved = wiring_lookups.saved_codes().save(question, call.body.label, call.body.remind)
    except (Unproven, TooMany) as error:
        _refused(error)
        raise
    count("CodeSaved")
    return views.saved_code_view(saved)


@endpoint(
    routes, "DELETE", "/v1/me/codes/{saved}",
    caller=Caller.CITIZEN, summary="Keep a code no longer, if it was kept", status=204,
)  # fmt: skip
def remove_saved_code(call: Call[None, None]) -> None:
    """It is neither shown nor reminded of any more."""
    wiring_lookups.saved_codes().remove(call.account, call.path["saved"])


@endpoint(
    routes, "GET", "/v1/me/bills",
    caller=Caller.CITIZEN, summary="The bills of every saved code in one answer, and what is left to pay",
    answer=views.BillsView,
)  # fmt: skip
def list_my_bills(call: Call[None, None]) -> Reply:
    """Each saved code with its records or its own trouble."""
    bills = wiring_lookups.saved_codes().bills(call.account)
    for utility in sorted({bill.saved.utility for bill in bills.items if bill.trouble is None}):
        wiring_lookups.usage().used(utility)
    return Reply(views.bills_view(bills, call.language), headers=_PRIVATE)


def _question(call: Call[Any, None], utility: str, offer: str) -> Question:
    body = call.body
    return Question(
        account=call.account, address=call.address, language=call.language, utility=utility, offer=offer,
        code=body.code, factor=body.factor, feed=body.feed or "",
    )  # fmt: skip


def _proven(question: Question) -> Proven:
    try:
        return wiring_lookups.account_lookups().look_up(question)
    except (Unproven, TooMany) as error:
        _refused(error)
        raise


def _refused(error: Unproven | TooMany) -> None:
    count("GuessingStopped" if isinstance(error, TooMany) else "GuessWrong")
