"""HTTP for every slice: one decorator that parses, identifies, translates errors, answers conditionally and logs.

A handler under `@endpoint` takes a Call with everything typed already and returns a view, or a Reply where it needs more.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from time import perf_counter
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs

import msgspec
from chalice.app import Blueprint, Chalice, CognitoUserPoolAuthorizer, MultiDict, Request, Response
from msgspec.structs import replace
from pynamodb.exceptions import PynamoDBException

from chalicelib.core.errors import DomainError, FieldError, Forbidden, Invalid, Malformed, TooLarge, Unauthenticated
from chalicelib.core.staff import Right, may
from chalicelib.core.words import say
from chalicelib.runtime.decoding import MAX_BODY, decode_body, decode_text
from chalicelib.runtime.observability import count, flush, logger
from chalicelib.runtime.problems import CHALICE, CONTENT_TYPE, as_domain_error, document, problem

Body = TypeVar("Body")
Query = TypeVar("Query")
Handler = Callable[["Call[Any, Any]"], Any]
ProblemPage = Callable[[int, Mapping[str, Any], str], "Reply"]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HTML = "text/html; charset=utf-8"

_IDEMPOTENCY_KEY = re.compile(r"[!-~]{8,128}")

# The merge template replaces the placeholders with the pools' ARNs.
CITIZENS = CognitoUserPoolAuthorizer(
    "Citizens", provider_arns=["PLACEHOLDER"], scopes=["aws.cognito.signin.user.admin"]
)
STAFF = CognitoUserPoolAuthorizer("Staff", provider_arns=["PLACEHOLDER"], scopes=["aws.cognito.signin.user.admin"])


class Caller(StrEnum):
    """Who may call a route: anyone, the holder of a signed link (its service checks the token), citizens, staff by their right.

    What a right is and which groups have it says core/staff.py. The session is the staff's in a browser: its pages check the
    cookie, which the gateway does not know.
    """

    ANYONE = "anyone"
    LINK = "link"
    SESSION = "session"
    CITIZEN = "citizen"
    CENTRE = "centre"
    DISPATCHER = "dispatcher"
    AUDITOR = "auditor"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    SUPPLIER = "supplier"


STAFF_RIGHTS = {
    Caller.CENTRE: Right.READ,
    Caller.DISPATCHER: Right.DECIDE,
    Caller.AUDITOR: Right.AUDIT,
    Caller.STAFF: Right.LOOK_UP,
    Caller.ADMINISTRATOR: Right.ADMINISTER,
    Caller.SUPPLIER: Right.SUPPLY,
}
_AUTHORIZERS = {Caller.CITIZEN: CITIZENS, **dict.fromkeys(STAFF_RIGHTS, STAFF)}


class Call(msgspec.Struct, Generic[Body, Query], frozen=True, kw_only=True):
    """One request, read and identified.

    `account` is a citizen's account id or a staff user's name, else empty; `groups` are those of the staff user in the pool.
    """

    body: Body
    query: Query
    path: Mapping[str, str]
    account: str
    language: str
    idempotency_key: str
    address: str
    correlation_id: str
    headers: Mapping[str, str]
    groups: tuple[str, ...] = ()


class Reply(msgspec.Struct, frozen=True):
    """An answer with a status and headers of its own; text is sent as HTML, None as no content."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a route promises: the source of the OpenAPI document and of the authorisation matrix."""

    name: str
    module: str
    method: str
    path: str
    caller: Caller
    summary: str
    body: type[Any] | None = None
    query: type[Any] | None = None
    answer: Any = None
    status: int = 200
    problems: tuple[int, ...] = ()
    idempotent: bool = False
    cache: int | None = None
    problem_page: ProblemPage | None = None
    quiet: bool = False
    most_bytes: int = MAX_BODY

    @property
    def tag(self) -> str:
        """The slice that the route belongs to."""
        return self.module.split(".")[1]


ENDPOINTS: list[Endpoint] = []


def endpoint(
    routes: Blueprint,
    method: str,
    path: str,
    *,
    caller: Caller,
    summary: str,
    body: type[Any] | None = None,
    query: type[Any] | None = None,
    answer: Any = None,
    status: int = 200,
    problems: tuple[int, ...] = (),
    idempotent: bool = False,
    cache: int | None = None,
    problem_page: ProblemPage | None = None,
    quiet: bool = False,
    most_bytes: int = MAX_BODY,
) -> Callable[[Handler], Callable[..., Response]]:
    """Register a handler as the route `method path`.

    `answer` is the msgspec type of the 2xx body (None: no content, or a page); `problems` the further statuses it may answer;
    `idempotent` makes the header Idempotency-Key compulsory; `cache` is for how many seconds anybody may keep a read;
    `problem_page` makes the route a page: it takes HTML forms and shows its problems as HTML; with the body or query
    `dict` its handler gets the form as typed, so that it can show it again, or whatever others appended to the address;
    `quiet` logs refusals only, for what is called every few seconds and says nothing while all is well; `most_bytes` is how
    long a JSON body may be.
    """
    spec = Endpoint(
        name="", module=routes._import_name, method=method, path=path, caller=caller, summary=summary,
        body=body, query=query, answer=answer, status=status, problems=problems, idempotent=idempotent, cache=cache,
        problem_page=problem_page, quiet=quiet, most_bytes=most_bytes,
    )  # fmt: skip

    def register(handler: Handler) -> Callable[..., Response]:
        named = replace(spec, name=handler.__name__)
        ENDPOINTS.append(named)

        @wraps(handler)
        def handle(**values: str) -> Response:
            return _respond(named, handler, routes.current_request, values)

        routes.route(path, methods=[method], name=named.name, **_route_options(named))(handle)
        return handle

    return register


def _route_options(spec: Endpoint) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if spec.method in ("POST", "PUT", "PATCH"):
        options["content_types"] = [FORM if spec.problem_page else JSON]
    if spec.caller in _AUTHORIZERS:
        options["authorizer"] = _AUTHORIZERS[spec.caller]
    return options


def _respond(spec: Endpoint, handler: Handler, request: Request, values: Mapping[str, str]) -> Response:
    started = perf_counter()
    correlation_id = str(request.context.get("requestId", ""))
    language = preferred_language(request.headers.get("accept-language", ""))
    logger.append_keys(correlation_id=correlation_id)
    try:
        response = _render(spec, handler(_call(spec, request, values, language, correlation_id)), request, language)
    except DomainError as error:
        response = _problem_response(spec, error, language)
    except PynamoDBException as error:
        known = as_domain_error(error)
        if known is None:
            logger.exception("database call refused")
            raise
        response = _problem_response(spec, known, language)
    except Exception:
        # Logged here for its correlation id; Chalice then answers 500 and the app's middleware gives it the common form.
        logger.exception("unexpected error")
        raise
    finally:
        flush()
    response.headers["X-Request-Id"] = correlation_id
    if not spec.quiet or response.status_code >= 400:
        elapsed = round((perf_counter() - started) * 1000)
        logger.info("request", route=f"{spec.method} {spec.path}", status=response.status_code, ms=elapsed)
    return response


def _call(
    spec: Endpoint, request: Request, values: Mapping[str, str], language: str, correlation_id: str
) -> Call[Any, Any]:
    account, groups = _identity(spec, request)
    return Call(
        body=_body(spec, request),
        query=_query(spec, request),
        path=values,
        account=account,
        language=language,
        idempotency_key=_idempotency_key(spec, request),
        address=str(request.context.get("identity", {}).get("sourceIp", "")),
        correlation_id=correlation_id,
        headers=request.headers,
        groups=groups,
    )


def _identity(spec: Endpoint, request: Request) -> tuple[str, tuple[str, ...]]:
    """The account of the caller and the groups of the staff, from the claims that the gateway's authorizer has verified."""
    if spec.caller not in _AUTHORIZERS:
        return "", ()
    claims = request.context.get("authorizer", {}).get("claims", {})
    # An ID token passes the gateway too where no scope is asked for; only an access token may act.
    if not claims.get("sub") or claims.get("token_use") != "access":
        raise Unauthenticated()
    right = STAFF_RIGHTS.get(spec.caller)
    if right is None:
        return str(claims["sub"]), ()
    # AWS sends "a,b", the embedded gateway "[a b]".
    groups = tuple(re.split(r"[\s,\[\]]+", str(claims.get("cognito:groups", "")).strip("[] ")))
    if not may(groups, right):
        raise Forbidden()
    return str(claims.get("username", claims["sub"])), groups


def _body(spec: Endpoint, request: Request) -> Any:
    if spec.body is None:
        return None
    raw = request.raw_body or b""
    if spec.problem_page is None:
        return decode_body(raw, spec.body, spec.most_bytes)
    form = _form(raw)
    return form if spec.body is dict else decode_text(form, spec.body)


def _form(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_BODY:
        raise TooLarge(limit=MAX_BODY)
    try:
        fields = parse_qs(raw.decode("ascii"), keep_blank_values=False, max_num_fields=100, errors="strict")
    except ValueError:
        raise Malformed("error.not_utf8") from None
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def _query(spec: Endpoint, request: Request) -> Any:
    given: Any = request.query_params or MultiDict({})
    known = getattr(spec.query, "__struct_encode_fields__", ())
    # An empty parameter counts as absent, unless it is one that the route does not know.
    present = {name: given[name] for name in given if given[name] != "" or name not in known}
    if spec.query is dict:
        return {name: value for name, value in present.items() if value != ""}
    if spec.query is not None:
        # A parameter that comes twice is a list, which only a field that is one takes.
        repeated = {name: given.getlist(name) for name in present if len(given.getlist(name)) > 1}
        return decode_text(present | repeated, spec.query)
    if present and spec.problem_page is None:
        raise Invalid([FieldError(name[:60], "field.unknown") for name in present])
    return None


def _idempotency_key(spec: Endpoint, request: Request) -> str:
    key = request.headers.get("idempotency-key")
    if key is None and spec.idempotent:
        raise Invalid([FieldError("Idempotency-Key", "field.missing")])
    # An empty key is a client's mistake: it believes that repeating is safe.
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        raise Invalid([FieldError("Idempotency-Key", "field.idempotency_key")])
    return str(key or "")


def preferred_language(accept: str) -> str:
    """`en` where the header Accept-Language ranks English above Vietnamese, else `vi`."""
    ranks = {"vi": 0.0, "en": 0.0}
    for part in accept.lower().split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        language = tag.split("-")[0]
        if language in ranks:
            ranks[language] = max(ranks[language], _quality(weight))
    return "en" if ranks["en"] > ranks["vi"] else "vi"


def _quality(weight: str) -> float:
    return float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 1.0


def _render(spec: Endpoint, result: Any, request: Request, language: str) -> Response:
    reply = result if isinstance(result, Reply) else Reply(result, spec.status)
    headers = {
        "Content-Language": language,
        "Vary": "Accept-Language, Authorization",
        **_caching(spec),
        **reply.headers,
    }
    if reply.body is None:
        return Response(body="", status_code=reply.status, headers=headers)
    if isinstance(reply.body, str):
        return Response(body=reply.body, status_code=reply.status, headers={"Content-Type": HTML, **headers})
    text = msgspec.json.encode(reply.body).decode()
    headers = {"Content-Type": JSON, **headers}
    if spec.method != "GET" or reply.status != 200:
        return Response(body=text, status_code=reply.status, headers=headers)
    headers["ETag"] = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    if _unchanged(headers["ETag"], request.headers.get("if-none-match", "")):
        return Response(body="", status_code=304, headers=headers)
    return Response(body=text, status_code=200, headers=headers)


def _unchanged(tag: str, given: str) -> bool:
    """Whether If-None-Match holds the tag (RFC 9110: compared weakly), or any."""
    tags = {part.strip().removeprefix("W/") for part in given.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags


def _caching(spec: Endpoint) -> dict[str, str]:
    if spec.cache is not None:
        return {"Cache-Control": f"public, max-age={spec.cache}"}
    return {"Cache-Control": "private, no-cache" if spec.method == "GET" else "no-store"}


def _problem_response(spec: Endpoint, error: DomainError, language: str) -> Response:
    status, body, headers = problem(error, language)
    count(f"Refused{status}")
    headers |= {"Content-Language": language, "Cache-Control": "no-store"}
    if spec.problem_page is None:
        return Response(
            body=msgspec.json.encode(body).decode(),
            status_code=status,
            headers={"Content-Type": CONTENT_TYPE, **headers},
        )
    page = spec.problem_page(status, body, language)
    return Response(body=page.body, status_code=status, headers={"Content-Type": HTML, **headers, **page.headers})


def common_form(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice middleware: what Chalice itself refuses (405, 415, 500) in the form of every other problem."""
    response = get_response(request)
    body = response.body
    if not (isinstance(body, dict) and "Code" in body):
        return response
    language = preferred_language(request.headers.get("accept-language", "")) if request else "vi"
    status, kind, words = CHALICE.get(body["Code"], (500, "internal", "error.internal"))
    headers = {
        "Content-Type": CONTENT_TYPE,
        "Content-Language": language,
        "Cache-Control": "no-store",
        **response.headers,
    }
    if status == 500:
        headers["Content-Type"] = CONTENT_TYPE
        count("UnexpectedError")
        flush()
    made = msgspec.json.encode(document(status, kind, language, say(words, language))).decode()
    return Response(body=made, status_code=status, headers=headers)


def quiet_log(app: Chalice) -> None:
    """Stop Chalice's own log: what it would say of an exception, the endpoint has logged with its correlation id.

    It would also name the path, which can hold the token of a signed link. The app's logger has the app's name, which is our
    logger's too, so it gets another.
    """
    app.log = logging.getLogger("chalice.unheard")
    app.log.propagate = False
    app.log.addHandler(logging.NullHandler())
