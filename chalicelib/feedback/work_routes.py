"""A case over HTTP for the agency that holds its signed link; the token in the path is the authorisation."""

from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.core.clock import now
from chalicelib.feedback import commands, views
from chalicelib.feedback.lifecycle import Party
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier
from chalicelib.feedback.routes import trace
from chalicelib.runtime.http import Call, Caller, endpoint

routes = Blueprint(__name__)

_PROBLEMS = (404, 409, 410)


def _view(dossier: Dossier, party: Party | None, language: str) -> views.FeedbackView:
    case = dossier.feedback
    shown = case.share_contact and party not in (None, Party.SUPPORTER)
    contact = wiring.reporter_contact(case.reporter) if shown else None
    return wiring.feedback_views().work(dossier, party, now(), language, contact)


def _after(call: Call[Any, None], case: Feedback) -> views.FeedbackView:
    """The case after an action, with which the link itself may have ended."""
    return _view(wiring.cases().dossier(case.code), wiring.casework().party(call.path["token"], case), call.language)


@endpoint(
    routes, "GET", "/v1/work/{token}",
    caller=Caller.LINK, summary="The case behind a signed link", answer=views.FeedbackView, problems=(404, 410),
)  # fmt: skip
def get_work(call: Call[None, None]) -> views.FeedbackView:
    """The case as its agency sees it."""
    duty = wiring.agencies().duty(call.path["token"])
    return _view(duty.dossier, duty.party, call.language)


@endpoint(
    routes, "POST", "/v1/work/{token}/photos",
    caller=Caller.LINK, summary="Leave to upload evidence (photo or PDF; 10 MB; 5 an assignment)", body=commands.AddEvidence,
    answer=views.UploadView, status=201, problems=_PROBLEMS,
)  # fmt: skip
def add_work_photo(call: Call[commands.AddEvidence, None]) -> views.UploadView:
    """A presigned upload."""
    return views.upload_view(wiring.agencies().add_evidence(call.path["token"], call.body))


@endpoint(
    routes, "POST", "/v1/work/{token}/accept",
    caller=Caller.LINK, summary="Take the case up", body=commands.Accept, answer=views.FeedbackView, problems=_PROBLEMS,
)  # fmt: skip
def accept_work(call: Call[commands.Accept, None]) -> views.FeedbackView:
    """The agency begins."""
    return _after(call, wiring.agencies().accept(call.path["token"], trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/ask",
    caller=Caller.LINK, summary="Ask the reporter for more", body=commands.Ask, answer=views.FeedbackView, problems=_PROBLEMS,
)  # fmt: skip
def ask_reporter(call: Call[commands.Ask, None]) -> views.FeedbackView:
    """The clock stands."""
    return _after(call, wiring.agencies().ask(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/hand_over",
    caller=Caller.LINK, summary="Offer the case to another agency", body=commands.HandOver, answer=views.FeedbackView,
    problems=_PROBLEMS,
)  # fmt: skip
def hand_over_work(call: Call[commands.HandOver, None]) -> views.FeedbackView:
    """Pending until the other agency accepts."""
    return _after(call, wiring.agencies().hand_over(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/give_back",
    caller=Caller.LINK, summary="Say that the case is not this agency's", body=commands.Explain, answer=views.FeedbackView,
    problems=_PROBLEMS,
)  # fmt: skip
def give_work_back(call: Call[commands.Explain, None]) -> views.FeedbackView:
    """Back to the centre, or to the sender of the hand-over."""
    return _after(call, wiring.agencies().give_back(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/extend",
    caller=Caller.LINK, summary="Ask for a later deadline, once", body=commands.Extend, answer=views.FeedbackView,
    problems=_PROBLEMS,
)  # fmt: skip
def extend_work(call: Call[commands.Extend, None]) -> views.FeedbackView:
    """Recorded for the centre to grant."""
    return _after(call, wiring.agencies().extend(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/answer",
    caller=Caller.LINK, summary="Answer in public", body=commands.GiveAnswer, answer=views.FeedbackView, problems=_PROBLEMS,
)  # fmt: skip
def answer_work(call: Call[commands.GiveAnswer, None]) -> views.FeedbackView:
    """The reporter rates it."""
    return _after(call, wiring.agencies().answer(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/submit_approval",
    caller=Caller.LINK, summary="Put the answer before the head of the agency (ký duyệt)", body=commands.GiveAnswer,
    answer=views.FeedbackView, problems=_PROBLEMS,
)  # fmt: skip
def submit_work_for_approval(call: Call[commands.GiveAnswer, None]) -> views.FeedbackView:
    """A draft that waits for the head."""
    return _after(call, wiring.agencies().submit_approval(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/code",
    caller=Caller.LINK, summary="Have a one-time code sent to the head's own phone; by the head's link only",
    body=commands.SendCode, answer=views.SigningCodeView, problems=(*_PROBLEMS, 429, 503),
)  # fmt: skip
def send_signing_code(call: Call[commands.SendCode, None]) -> views.SigningCodeView:
    """A code by SMS; with an Idempotency-Key, a repeated call sends nothing."""
    sent = wiring.agencies().send_code(call.path["token"], call.idempotency_key, call.language)
    return views.SigningCodeView(sent.expires_in, sent.phone_end)


@endpoint(
    routes, "POST", "/v1/work/{token}/approve",
    caller=Caller.LINK, summary="Approve the draft with the code; by the head's link only", body=commands.Approve,
    answer=views.FeedbackView, problems=_PROBLEMS,
)  # fmt: skip
def approve_work(call: Call[commands.Approve, None]) -> views.FeedbackView:
    """The draft is the public answer."""
    return _after(call, wiring.agencies().approve(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/return",
    caller=Caller.LINK, summary="Give the draft back to the officer; by the head's link only", body=commands.Explain,
    answer=views.FeedbackView, problems=_PROBLEMS,
)  # fmt: skip
def return_work(call: Call[commands.Explain, None]) -> views.FeedbackView:
    """In progress again."""
    return _after(call, wiring.agencies().return_draft(call.path["token"], call.body, trace(call)))


@endpoint(
    routes, "POST", "/v1/work/{token}/contribute",
    caller=Caller.LINK, summary="Say what a supporting agency has to say", body=commands.Contribute,
    answer=views.FeedbackView, problems=_PROBLEMS,
)  # fmt: skip
def contribute_to_work(call: Call[commands.Contribute, None]) -> views.FeedbackView:
    """The lead reads it."""
    return _after(call, wiring.agencies().contribute(call.path["token"], call.body, trace(call)))
