"""Who may call what, measured on a deployed stack: every route as every role, as the table of docs/authorisation.md.

python -m tests.stack.authorisation     writes the table anew from the stack in .local/stack.json (make up)
"""

import http.client
import json
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import app  # noqa: F401 - registers every route
from chalicelib.core.staff import may
from chalicelib.feedback.sheet import REQUIRED
from chalicelib.pages.assets import asset
from chalicelib.runtime.http import ENDPOINTS, FORM, JSON, STAFF_RIGHTS, Caller, Endpoint
from tests.address import Address
from tests.builders import feedback, in_progress
from tests.stack import administration
from tests.stack.attempts import Attempt, as_json
from tests.stack.matters import OTHER_AGENCY, REASON, RESULT, TEXT, submission
from tests.stack.people import ask_code, last_code, sample_phone, sign_in, texts
from tests.stack.roles import OF_AGENCIES, Cast, Role
from tests.stack.scenes import TEXTS, Scene, scenes
from tests.stack.shelf import Shelf
from tests.stack.utility_attempts import OF_UTILITIES

# The sample head of the committee of Yên Ninh.
HEAD = "+84959000133"
DOCUMENT = Path("docs/authorisation.md")
ROLES = (
    Role.ANONYMOUS, Role.REPORTER, Role.OTHER_CITIZEN, Role.HOLDER, Role.OTHER_AGENCY, Role.DISPATCHER, Role.LEADER,
    Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPPLIER, Role.OTHER_STAFF,
)  # fmt: skip
STAFF = frozenset({Role.DISPATCHER, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPPLIER, Role.OTHER_STAFF})
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def _phone_and_code(stack: Address) -> Mapping[str, Any]:
    phone = sample_phone()
    session = ask_code(stack, phone).body["session"]
    return {"phone": phone, "code": last_code(stack, phone), "session": session}


def _refresh_token(stack: Address) -> Mapping[str, Any]:
    return {"refresh_token": sign_in(stack).refresh_token}


def into_another(stack: Address) -> Mapping[str, Any]:
    """A main case that stands there."""
    main = in_progress(feedback())
    Shelf(stack).put(main, {})
    return {"into": main.code, "reason": REASON}


def signing_code(cast: Cast, code: str) -> Mapping[str, Any]:
    """The code on the head's own phone, which the head has asked for."""
    assert (
        _send(cast.stack, "POST", f"/v1/work/{cast.shelf.link(code, 1, True)}/code", "{}", {"Content-Type": JSON})[0]
        == 200
    )
    sent = [text for text in texts(cast.stack, HEAD) if code in text and "Ma ky duyet" in text]
    return {"code": re.findall(r"\b[0-9]{6}\b", sent[-1])[0]}


def _entry(stack: Address) -> Mapping[str, Any]:
    return submission() | {"channel": "visit", "channel_ref": secrets.token_hex(8), "phone": sample_phone()}


_CATEGORY = (("{category}", administration.CATEGORY),)
_AGENCY = (("{agency}", administration.AGENCY),)
_DAY = (("{day}", administration.FAR),)
PHOTO = as_json(content_type="image/jpeg", size=9)
ATTEMPTS: Mapping[str, Attempt] = {
    "POST /v1/auth/code": Attempt(body=lambda stack: {"phone": sample_phone()}),
    "POST /v1/auth/token": Attempt(body=_phone_and_code),
    "POST /v1/auth/refresh": Attempt(body=_refresh_token),
    "POST /v1/auth/sign-out": Attempt(body=_refresh_token),
    "PATCH /v1/me": Attempt(body=as_json(language="vi")),
    "POST /v1/feedback": Attempt(body=as_json(**submission()), headers=(("Idempotency-Key", "authorisation-{once}"),)),
    "POST /v1/feedback/{code}/photos": Attempt(body=PHOTO),
    "POST /v1/feedback/{code}/reply": Attempt("waiting", as_json(text=TEXT)),
    "POST /v1/feedback/{code}/withdraw": Attempt("assigned", as_json()),
    "POST /v1/feedback/{code}/rate": Attempt("answered", as_json(rating="satisfied")),
    "GET /v1/feedback/similar": Attempt(path=(("similar", "similar?category=duong_sa&lat=21.709&long=104.895"),)),
    "POST /v1/feedback/{code}/follow": Attempt("assigned", as_json()),
    "POST /v1/feedback/{code}/unfollow": Attempt("assigned", as_json()),
    "POST /v1/feedback/{code}/appeal": Attempt("refused", as_json(reason=REASON)),
    "GET /v1/public/feedback/{code}": Attempt("assigned"),
    "POST /v1/centre/feedback/{code}/assign": Attempt("received, queued", as_json(agency=OTHER_AGENCY)),
    "POST /v1/centre/feedback/{code}/refuse": Attempt("received, queued", as_json(reason_code="court")),
    "POST /v1/centre/feedback/{code}/publish": Attempt(body=as_json()),
    "POST /v1/centre/feedback/{code}/merge": Attempt(body=into_another),
    "POST /v1/centre/feedback/{code}/split": Attempt(
        "received, queued",
        as_json(parts=[{"category": "duong_sa", "text": TEXT}, {"category": "rac_thai", "text": TEXT}]),
    ),
    "POST /v1/centre/feedback/{code}/support": Attempt(body=as_json(agency=OTHER_AGENCY)),
    "POST /v1/centre/feedback/{code}/grant": Attempt("in progress, extended", as_json(reason=REASON)),
    "POST /v1/centre/feedback/{code}/deny": Attempt("in progress, extended", as_json(reason=REASON)),
    "POST /v1/centre/feedback/{code}/hide": Attempt("assigned", as_json(reason=REASON)),
    "POST /v1/centre/feedback/{code}/unhide": Attempt("in progress, hidden", as_json(reason=REASON)),
    "POST /v1/centre/feedback/{code}/seal": Attempt(body=as_json(reason=REASON)),
    "POST /v1/centre/feedback/{code}/reveal": Attempt(body=as_json(reason=REASON)),
    "POST /v1/centre/feedback": Attempt(body=_entry),
    "POST /v1/centre/intake": Attempt(body=as_json(csv=",".join(REQUIRED))),
    "GET /v1/centre/categories/{category}": Attempt(path=_CATEGORY),
    "GET /v1/centre/categories/{category}/history": Attempt(path=_CATEGORY),
    "PUT /v1/centre/categories/{category}": Attempt(body=as_json(**administration.category()), path=_CATEGORY),
    "POST /v1/centre/categories/{category}/end": Attempt(
        body=as_json(**administration.end()), path=(("{category}", administration.ENDED_CATEGORY),)
    ),
    "POST /v1/centre/categories/{category}/try": Attempt(body=as_json(routing=[]), path=_CATEGORY),
    "GET /v1/centre/agencies/{agency}": Attempt(path=_AGENCY),
    "GET /v1/centre/agencies/{agency}/history": Attempt(path=_AGENCY),
    "PUT /v1/centre/agencies/{agency}": Attempt(body=as_json(**administration.agency()), path=_AGENCY),
    "POST /v1/centre/agencies/{agency}/end": Attempt(
        body=as_json(**administration.end()), path=(("{agency}", administration.ENDED_AGENCY),)
    ),
    "GET /v1/centre/calendar/{day}": Attempt(path=_DAY),
    "GET /v1/centre/calendar/{day}/history": Attempt(path=_DAY),
    "PUT /v1/centre/calendar/{day}": Attempt(body=as_json(version=0, kind="off", reason=REASON), path=_DAY),
    "POST /v1/work/{token}/photos": Attempt(body=PHOTO),
    "POST /v1/work/{token}/accept": Attempt("assigned", as_json()),
    "POST /v1/work/{token}/ask": Attempt(body=as_json(question=TEXT)),
    "POST /v1/work/{token}/hand_over": Attempt(body=as_json(agency=OTHER_AGENCY, reason=REASON)),
    "POST /v1/work/{token}/give_back": Attempt("assigned", as_json(reason=REASON)),
    "POST /v1/work/{token}/extend": Attempt(body=as_json(until="2029-06-01", reason=REASON)),
    "POST /v1/work/{token}/answer": Attempt(body=as_json(result=RESULT)),
    "POST /v1/work/{token}/submit_approval": Attempt("in progress, needs approval", as_json(result=RESULT)),
    "POST /v1/work/{token}/code": Attempt("awaiting approval", as_json(), whose="head"),
    "POST /v1/work/{token}/approve": Attempt("awaiting approval", as_json(), whose="head", first=signing_code),
    "POST /v1/work/{token}/return": Attempt("awaiting approval", as_json(reason=REASON), whose="head"),
    "POST /v1/work/{token}/contribute": Attempt("in progress, supported", as_json(text=TEXT), whose="supporter"),
    "POST /a/{token}/code": Attempt("awaiting approval", as_json(), whose="head"),
    "GET /v1/areas/locate": Attempt(path=(("locate", "locate?lat=21.709&long=104.895"),)),
    "GET /a/{token}/{task}": Attempt(path=(("{task}", "answer"),)),
    "POST /a/{token}/{task}": Attempt(body=as_json(question=TEXT), path=(("{task}", "ask"),)),
    "GET /t/{code}": Attempt("assigned"),
    "POST /centre/cases/{code}/{act}": Attempt(body=as_json(reason=REASON), path=(("{act}", "seal"),)),
    "POST /centre/sign_in": Attempt(body=as_json(email="nobody@centre.example")),
    "POST /centre/sign_out": Attempt(body=as_json(key="none")),
    "GET /problems/{kind}": Attempt(path=(("{kind}", "gone"),)),
    "GET /assets/{name}": Attempt(path=(("{name}", asset("css").name),)),
    **OF_UTILITIES,
}


# The centre's pages know the cookie of a session alone: whatever token or link somebody shows, they ask him to sign in.
WITHOUT_SESSION = {
    "GET /centre/sign_in": 200, "POST /centre/cases/{code}/{act}": 401, "POST /centre/sign_in": 403,
    "POST /centre/datasets/{utility}/{offer}/roll_back": 401, "POST /centre/datasets/{utility}/{offer}/uploads": 401,
}  # fmt: skip
# What any citizen may do with a public case, whose reporter they need not be.
FOR_EVERY_CITIZEN = {"/v1/feedback/{code}/follow", "/v1/feedback/{code}/unfollow"}


def name(endpoint: Endpoint) -> str:
    """The route as the table names it."""
    return f"{endpoint.method} {endpoint.path}"


def endpoints() -> list[Endpoint]:
    """Every route there is, the API's first, in the order of their paths."""
    return sorted(ENDPOINTS, key=lambda spec: (not spec.path.startswith("/v1/"), spec.path, spec.method))


def promised(endpoint: Endpoint, role: Role) -> int:
    """The status that the declared caller of a route promises to a role."""
    done = 303 if endpoint.problem_page and endpoint.method == "POST" else endpoint.status
    if endpoint.path == "/a/{token}/code":
        done = 200  # the form that takes the code
    if endpoint.caller in STAFF_RIGHTS:
        return 401 if role not in STAFF else done if may((role.value,), STAFF_RIGHTS[endpoint.caller]) else 403
    match endpoint.caller:
        case Caller.ANYONE:
            return done
        case Caller.SESSION:
            return WITHOUT_SESSION.get(name(endpoint), 303)
        case Caller.LINK:
            return done if role is Role.HOLDER else 404
    if role is Role.OTHER_CITIZEN:
        return 404 if "{code}" in endpoint.path and endpoint.path not in FOR_EVERY_CITIZEN else done
    return done if role is Role.REPORTER else 401


@dataclass(frozen=True)
class Measured:
    """What a role was answered, and whether anything about the case was other than before."""

    endpoint: Endpoint
    role: Role
    status: int
    changed: bool


def measure(cast: Cast) -> Iterator[Measured]:
    """Every route as every role, each on a case of its own."""
    made = {scene.name: scene for scene in scenes(cast.accounts[Role.REPORTER])}
    for endpoint in endpoints():
        attempt = ATTEMPTS.get(name(endpoint), Attempt())
        for role in ROLES:
            scene, before = made[attempt.scene].again(), []
            if "{code}" in endpoint.path or "{token}" in endpoint.path:
                cast.shelf.put(scene.case, TEXTS)
                before = cast.shelf.kept(scene.case.code)
            status = _knock(cast, endpoint, attempt, role, scene)
            yield Measured(endpoint, role, status, bool(before) and cast.shelf.kept(scene.case.code) != before)


def _knock(cast: Cast, endpoint: Endpoint, attempt: Attempt, role: Role, scene: Scene) -> int:
    code = scene.case.code
    numbers = {Role.HOLDER: scene.supporter if attempt.whose == "supporter" else scene.holder}
    link = cast.link(role, code, numbers, attempt.whose == "head")
    path = endpoint.path.replace("{code}", code).replace("{token}", link)
    for part, filled in attempt.path:
        path = path.replace(part, filled)
    token = link if role in OF_AGENCIES else cast.tokens.get(role, "")
    headers = {key: value.replace("{once}", secrets.token_hex(8)) for key, value in attempt.headers}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = attempt.body(cast.stack)
    body = body if body is None else {**body, **attempt.first(cast, code)}
    if body is None:
        return _send(cast.stack, endpoint.method, path, None, headers)[0]
    if endpoint.problem_page is None:
        return _send(cast.stack, endpoint.method, path, json.dumps(body), headers | {"Content-Type": JSON})[0]
    hidden = dict(_HIDDEN.findall(_send(cast.stack, "GET", _form(cast, attempt, scene), None, {})[1]))
    return _send(cast.stack, endpoint.method, path, urlencode({**hidden, **body}), headers | {"Content-Type": FORM})[0]


def _form(cast: Cast, attempt: Attempt, scene: Scene) -> str:
    """The page with the form; what is hidden in it is given to everybody, so that only the link decides."""
    head = attempt.whose == "head"
    return f"/a/{cast.shelf.link(scene.case.code, scene.holder, head)}/{'approve' if head else 'ask'}"


def _send(stack: Address, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(stack.api_url).netloc, timeout=30)
    try:
        connection.request(method, path, body.encode() if body is not None else None, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def render(measured: Mapping[tuple[str, Role], int]) -> str:
    """The document."""
    head = f"| route | {' | '.join(ROLES)} |\n|{'---|' * (len(ROLES) + 1)}\n"
    rows = [
        f"| `{name(spec)}` | {' | '.join(str(measured[name(spec), role]) for role in ROLES)} |" for spec in endpoints()
    ]
    return f"{INTRODUCTION}\n{head}{chr(10).join(rows)}\n"


INTRODUCTION = """# Who may call what

Measured, not written: every route as every role on a deployed stack, each on a case that the route can serve.
`make roles` writes it anew; `tests/stack/test_authorisation.py` compares it with the stack and with what each route
declares (`caller` in its `@endpoint`).

- **reporter** is the citizen whose case it is; **other citizen** has signed in as well and knows its code.
- **agency** holds the signed link of the present assignment: the link is the authorisation, whoever opens it. For `code`,
  `approve` and `return` it is the link of its head, for `contribute` that of a supporting agency; any other of the agency's
  links gets 409 there (tests/stack/test_approval.py). **other agency** holds a link of another case and alters it to name
  this one. Where a token is asked for, both show their link.
- Pages under `/centre` look at the cookie of a session alone, which nobody here has (tests/stack/test_centre_pages.py does): 303
  leads to the page to sign in, 401 shows it, 403 refuses a sign-in that does not come from our form.
- **dispatcher**, **leader**, **auditor** and **administrator** have signed in to the staff pool, each in the group of that name;
  **other staff** as well, in none; **supplier** in that group and in that of the Department of Health, whose data the routes of
  datasets are tried on (another unit's: tests/stack/utilities/test_uploads.py). Which group has which right is one table,
  `core/staff.py`:
  dispatchers read and decide, leaders read, auditors see who looked at whom, administrators change the directory, which every
  group of the centre reads; suppliers send the data of their unit. What a sealed case held no
  route shows: `open_sealed` is a function that IAM alone opens ([runbook](runbooks/sealed.md)).
- 401: no token of the right pool. 404: a forged link, or somebody else's case, which nobody else may know to exist. A link whose
  assignment is over gets 410 (tests/prove/test_every_pair.py). 303: a page's form was taken.
- Only what the public may read can be followed: 404 for any other case (tests/stack/test_similar.py).
- Lists, the profile and the inbox (200 to both citizens) show each caller only their own.
"""


def main(note: Path) -> int:
    """Write the document from a running stack."""
    measured = {(name(found.endpoint), found.role): found.status for found in measure(Cast.gather(Address.read(note)))}
    DOCUMENT.write_text(render(measured), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(".local/stack.json")))
