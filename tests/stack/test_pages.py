"""The pages over HTTP: their headers, their assets, and that no malformed request brings them down or changes anything."""

import re
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from tests.address import Address
from tests.stack.matters import Case, assigned
from tests.stack.people import sign_in

FORM = "application/x-www-form-urlencoded"


class _Stay(HTTPRedirectHandler):
    """Shows redirects instead of following them."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = build_opener(_Stay)


@dataclass(frozen=True)
class Shown:
    """What a browser would get."""

    status: int
    headers: dict[str, str]
    text: str


def ask(address: str, body: bytes | None = None, kind: str = FORM, **headers: str) -> Shown:
    """One request as a browser makes it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        named["Content-Type"] = kind
    try:
        answer = _OPENER.open(Request(address, body, named), timeout=30)
    except HTTPError as error:
        answer = error
    with answer:
        return Shown(answer.status, dict(answer.headers), answer.read().decode())


def is_page(shown: Shown) -> bool:
    """Whether it is a page with every header that a page owes."""
    return (
        shown.headers["Content-Type"] == "text/html; charset=utf-8"
        and "default-src 'none'" in shown.headers["Content-Security-Policy"]
        and shown.headers["Cache-Control"] == "no-store"
        and shown.headers["Referrer-Policy"] == "no-referrer"
        and shown.text.startswith("<!doctype html>")
    )


@pytest.fixture(scope="module")
def case(stack: Address) -> Case:
    """A case that its agency has taken up."""
    made = assigned(stack, sign_in(stack))
    assert made.work("accept").status == 200
    return made


@pytest.fixture(scope="module")
def link(stack: Address, case: Case) -> str:
    """The address of its agency's page."""
    return f"{stack.api_url}/a/{case.link()}"


def test_assets_are_kept_for_a_year_under_the_name_of_their_content(stack: Address, link: str) -> None:
    names = set(re.findall(r'"(/assets/[^"]+)"', ask(link).text))
    assert {name.rpartition(".")[2] for name in names} == {"css", "js", "svg"}
    for name in names:
        asset = ask(stack.api_url + name, Accept="image/avif,image/webp,*/*")
        assert asset.status == 200
        assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    former = ask(f"{stack.api_url}/assets/page-000000000000.css")
    assert (former.status, former.headers["Cache-Control"]) == (200, "public, max-age=60")
    assert ask(f"{stack.api_url}/assets/words.py").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/a/x", "/a/%00", "/a/%F0%9F%92%A5", "/a/" + "9" * 3000, "/a/11111111111-1-" + "A" * 22, "/a/---", "/a/x/answer",
        "/t/x", "/t/%00", "/t/" + quote("phản-ánh"), "/problems/x", "/problems/%3Cscript%3E", "/assets/page.css",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(stack: Address, path: str) -> None:
    shown = ask(stack.api_url + path)
    assert shown.status == 404
    assert is_page(shown)
    assert "<script>" not in shown.text


@pytest.mark.parametrize(
    "query", ["?done=%3Cscript%3E", "?done=answer&done=ask", "?utm=%FF", "?key=../../x&bucket=b&etag=e"]
)
def test_whatever_others_append_to_the_address_does_no_harm(link: str, query: str) -> None:
    assert ask(link + query).status == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"question=%FF%FE", FORM, 400),
        ("question=trực tiếp".encode(), FORM, 400),
        (b"question=" + b"a" * 70_000, FORM, 413),
        (b"&".join(b"f%d=1" % number for number in range(200)), FORM, 400),
        (b"", FORM, 403),
        (b"nonce=a&nonce=b&question=x&question=y", FORM, 403),
        (b"{}", "application/json", 415),
        (b"x", "text/plain", 415),
    ],
    ids=["not UTF-8", "not encoded", "too large", "too many fields", "empty", "everything twice", "JSON", "text"],
)
def test_a_malformed_form_is_refused_and_changes_nothing(
    case: Case, link: str, body: bytes, kind: str, status: int
) -> None:
    before = case.opened().body["version"]
    shown = ask(f"{link}/ask", body, kind)
    assert shown.status == status
    assert status == 415 or is_page(shown)
    assert case.opened().body["version"] == before


def test_a_form_sent_by_another_site_is_refused(case: Case, link: str) -> None:
    before = case.opened().body["version"]
    assert ask(f"{link}/ask", urlencode({"question": "Ổ gà nằm ở bên nào?"}).encode()).status == 403
    assert case.opened().body["version"] == before


def test_a_task_that_is_none_is_not_found(link: str) -> None:
    assert ask(f"{link}/seal").status == 404
    assert ask(f"{link}/seal", b"x=1").status == 404


@pytest.mark.parametrize("task", ["approve", "return", "contribute", "submit_approval"])
def test_a_task_of_others_shows_the_case_instead(link: str, task: str) -> None:
    shown = ask(f"{link}/{task}")
    assert (shown.status, is_page(shown)) == (409, True)


def test_the_page_of_the_public_holds_neither_the_link_nor_the_reporter(stack: Address, case: Case) -> None:
    shown = ask(f"{stack.api_url}/t/{case.code}")
    assert shown.status == 200
    assert is_page(shown)
    assert case.link() not in shown.text
    assert case.person.phone not in shown.text
