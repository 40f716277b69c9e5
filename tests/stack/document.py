"""Requests made from the served OpenAPI document, sent as people send them; every answer must be one that the document promises.

Schemathesis makes the requests and checks the answers. What a schema cannot know, such as a token, a case that stands where the
action is possible, or an agency that exists, is put in here most of the time, so that the routes do their work.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zlib import crc32

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure

import app  # noqa: F401 - registers every route
from chalicelib.api.openapi import document
from chalicelib.core.words import WORDS
from chalicelib.runtime.http import ENDPOINTS, Caller
from tests.stack.authorisation import ATTEMPTS
from tests.stack.matters import OTHER_AGENCY, PLACE, RESULT
from tests.stack.people import sample_phone
from tests.stack.roles import Cast, Role
from tests.stack.scenes import TEXTS, scenes

# Rules that no schema can say: data that fits the document may break one of these, and the answer names it.
RULES = {
    "field.after_deadline": "depends on the deadline",
    "field.agencies_below": "depends on the agencies below it",
    "field.agency_about": "depends on whom the matter complains of",
    "field.agency_kind": "the directory's kinds",
    "field.area_twice": "each area once",
    "field.day_range": "depends on the day",
    "field.head_missing": "one of the officers is the head",
    "field.missing": "working days are due unless the category is urgent",
    "field.office_phone": "a Vietnamese telephone number",
    "field.served_twice": "depends on who serves the area",
    "field.sheet_broken": "CSV",
    "field.sheet_empty": "CSV",
    "field.sheet_encoding": "CSV that was UTF-8",
    "field.sheet_long": "CSV of so many rows",
    "field.sheet_missing": "CSV with these columns",
    "field.sheet_name": "a name that ends as a sheet's does",
    "field.sheet_repeated": "CSV with each column once",
    "field.sheet_unknown": "CSV with no other columns",
    "field.signing_code": "the code on the head's phone",
    "field.signing_code_ended": "a code that is good yet",
    "field.step_unserved": "depends on who serves the area",
    "field.step_twice": "each step once",
    "field.agency": "the directory's agencies change",
    "field.agency_same": "depends on who has the case",
    "field.area": "the directory's areas change",
    "field.before_from": "days in their order",
    "field.bbox": "four numbers in one text, in their order",
    "field.case": "cases that there are",
    "field.case_same": "depends on the case",
    "field.choice": "the offer's feeds",
    "field.category": "the directory's categories change",
    "field.date": "a format is a hint to readers of a schema, not a rule",
    "field.control": "text without control characters, in every field",
    "field.cursor": "signed by us",
    "field.email": "narrower than the format e-mail",
    "field.email_needed": "depends on the profile",
    "field.future": "depends on the time",
    "field.next_step": "due where the outcome is scheduled",
    "field.open_cases": "depends on the agency's cases",
    "field.outside": "in the province",
    "field.pattern": "a code and a factor have letters or digits",
    "field.phone": "a Vietnamese mobile number",
    "field.photo": "was uploaded",
    "field.phrase_only": "says something",
    "field.quiet_hours": "begins and ends at different times",
    "field.reason": "due where the rating is unsatisfied",
    "field.remind": "depends on the offer",
    "field.scheduled_for": "due where the outcome is scheduled, and only there",
    "field.text": "counted without the blanks around it",
    "field.time": "a format is a hint to readers of a schema, not a rule",
    "field.unknown": "scheduled_for where nothing is scheduled",
    "field.vague": "counted without the blanks around it",
    "field.where": "one of several ways to say where",
    "field.word": "a word of two letters among others",
}
# A utility is checked as a whole (chalicelib/lookups/catalogue/rules.py); its shapes are the stored ones, which say no bounds.
OF_CATALOGUE = (
    "field.label_twice", "field.list_long", "field.list_short", "field.number_between", "field.other_than_path", "field.regular",
    "field.role_twice", "field.roles_missing", "field.twice",
)  # fmt: skip
OWN_RULES = {"PUT /v1/centre/utilities/{utility}": OF_CATALOGUE}
SENSIBLE: dict[str, Any] = {
    "category": "duong_sa", "agency": OTHER_AGENCY, "area": "04252", "until": "2029-06-01", "result": RESULT,
    "lat": PLACE["lat"], "long": PLACE["long"], "occurred_at": None, "photos": [], "documents": [], "scheduled_for": None,
    "cursor": "", "parent": "15", "bbox": "104,21,105,22", "email": None, "reason": RESULT, "outcome": "resolved",
}  # fmt: skip
DOCUMENT = json.loads(json.dumps(document(ENDPOINTS, "0", "")))
# What may come of data that fits: 409 and 410 judge the case, 422 is judged by refused_by_a_rule_only; and of data that does not.
ACCEPTING = ["2xx", "304", "401", "403", "404", "409", "410", "422", "429"]
REFUSING = ["400", "401", "403", "404", "409", "410", "413", "415", "422", "429"]
RIGHTFUL = {
    Caller.CITIZEN: Role.REPORTER, Caller.CENTRE: Role.DISPATCHER, Caller.DISPATCHER: Role.DISPATCHER,
    Caller.AUDITOR: Role.AUDITOR, Caller.STAFF: Role.LEADER, Caller.ADMINISTRATOR: Role.ADMINISTRATOR,
    Caller.SUPPLIER: Role.SUPPLIER,
}  # fmt: skip
CALLERS = {f"{spec.method} {spec.path}": spec.caller for spec in ENDPOINTS}
# Nobody makes these up: a code that was sent, a token that was given, a version that stands, a sheet.
KNOWN = {
    "POST /v1/auth/token", "POST /v1/auth/refresh", "POST /v1/centre/intake", "PUT /v1/centre/categories/{category}",
    "POST /v1/centre/categories/{category}/end", "PUT /v1/centre/agencies/{agency}",
    "POST /v1/centre/agencies/{agency}/end", "PUT /v1/centre/calendar/{day}", "POST /v1/me/codes",
    "POST /v1/utilities/{utility}/{offer}/account", "PUT /v1/centre/utilities/{utility}",
    "POST /v1/centre/datasets/{utility}/{offer}/{feed}/uploads",
}  # fmt: skip


class BrokenPromise(Failure):
    """What the document does not promise."""


@dataclass(frozen=True)
class Manner:
    """How a request is sent: as whom (None: whoever may), at a case that is there, with words that make sense."""

    role: Role | None
    real: bool
    sensible: bool

    @classmethod
    def of(cls, case: Any) -> "Manner":
        """Mostly so that the route does its work; the same for the same request."""
        said = repr((case.operation.label, case.path_parameters, case.query, case.headers, case.body))
        chance = Random(crc32(said.encode("utf-8", "surrogatepass")))
        role = chance.choice([None] * 6 + [Role.ANONYMOUS, Role.OTHER_CITIZEN, Role.OTHER_STAFF])
        return cls(role, chance.random() < 0.8, chance.random() < 0.8)


def requests(examples: int, coverage: bool, seed: int = 1) -> Any:
    """The document for so many random requests an operation, with or without every systematic one; the same with the same seed."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "generation": {"max-examples": examples, "no-shrink": True, "with-security-parameters": False},
            "phases": {"examples": {"enabled": False}, "coverage": {"enabled": coverage}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ACCEPTING},
                "negative_data_rejection": {"expected-statuses": REFUSING},
            },
        }
    )
    return schemathesis.openapi.from_dict(DOCUMENT, config=config)


@dataclass
class Reader:
    """Sends what schemathesis made of the document, and counts."""

    cast: Cast
    counted: Counter[Any] = field(default_factory=Counter)

    def send(self, case: Any) -> None:
        """One request, and every check of its answer."""
        manner = Manner.of(case)
        token = self._address(case, manner)
        if manner.sensible and case.meta.generation.mode.is_positive:
            case.query = _sensible(case.query)
            if isinstance(case.body, dict):
                case.body = self._known(case) or _sensible(case.body)
        response = case.call_and_validate(
            base_url=self.cast.stack.api_url,
            headers={"Authorization": f"Bearer {token}"} if token else None,
            additional_checks=[refused_by_a_rule_only, unknown_method_is_unknown],
            # The gateway knows no difference between a path and a method that it does not know: both are 404.
            excluded_checks=[schemathesis.checks.unsupported_method],
        )
        self.counted[response.status_code] += 1
        self.counted[case.operation.label, response.status_code // 100] += 1

    def _address(self, case: Any, manner: Manner) -> str:
        """Aim it at a case that is there, if it shall be; the token of who sends it."""
        role = manner.role or RIGHTFUL.get(CALLERS[case.operation.label], Role.ANONYMOUS)
        if manner.real and case.path_parameters:
            attempt = ATTEMPTS.get(case.operation.label)
            made = self._scenes[attempt.scene if attempt else "in progress"].again()
            self.cast.shelf.put(made.case, TEXTS)
            real = {"code": made.case.code, "token": self.cast.shelf.link(made.case.code, made.holder)}
            real |= {part.strip("{}"): filled for part, filled in (attempt.path if attempt else ())}
            for part in case.path_parameters:
                case.path_parameters[part] = real[part]
        return self.cast.tokens.get(role, "")

    def _known(self, case: Any) -> Mapping[str, Any] | None:
        """The body that nobody makes up, where it is one."""
        if case.operation.label not in KNOWN:
            return None
        return ATTEMPTS[case.operation.label].body(self.cast.stack)

    @property
    def _scenes(self) -> Mapping[str, Any]:
        return {scene.name: scene for scene in scenes(self.cast.accounts[Role.REPORTER])}

    def told(self) -> str:
        """What was counted, in words."""
        statuses = {status: times for status, times in self.counted.items() if isinstance(status, int)}
        shown = ", ".join(f"{times} × {status}" for status, times in sorted(statuses.items()))
        return f"{len(self.carried_out())} operations, {sum(statuses.values())} requests ({shown})"

    def carried_out(self) -> set[str]:
        """The operations that did their work at least once."""
        return {key[0] for key in self.counted if isinstance(key, tuple) and key[1] == 2}


def operations() -> set[str]:
    """All that the document has."""
    return {f"{spec.method} {spec.path}" for spec in ENDPOINTS if spec.problem_page is None}


def _sensible(values: Any) -> Any:
    """The same with values that mean something, in every field of that name."""
    if isinstance(values, list):
        return [_sensible(value) for value in values]
    if not isinstance(values, dict):
        return values
    known = {**SENSIBLE, "phone": sample_phone()}
    return {name: known[name] if name in known else _sensible(value) for name, value in values.items()}


def refused_by_a_rule_only(ctx: CheckContext, response: Any, case: Any) -> bool | None:
    """What fits the document is refused for its content only by a rule of the list above."""
    if response.status_code != 422 or not case.meta.generation.mode.is_positive:
        return None
    said = [error["message"] for error in response.json()["errors"]]
    known = [*_SENTENCES, *_OWN_SENTENCES.get(case.operation.label, ())]
    strange = [message for message in said if not any(pattern.fullmatch(message) for pattern in known)]
    if strange or not said:
        raise BrokenPromise(
            operation=case.operation.label, title="Refused without a rule", message=str(strange or response.json())
        )
    return None


def unknown_method_is_unknown(ctx: CheckContext, response: Any, case: Any) -> bool | None:
    """A method that the document does not have is answered as a path that it does not have."""
    if case.method.upper() != case.operation.method.upper() and response.status_code != 404:
        raise BrokenPromise(operation=case.operation.label, title="An unknown method is known", message=case.method)
    return None


def _sentences(keys: Iterable[str]) -> Iterator[re.Pattern[str]]:
    for key in keys:
        for sentence in WORDS[key]:
            yield re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(sentence)), re.DOTALL)


_SENTENCES = list(_sentences(RULES))
_OWN_SENTENCES = {operation: list(_sentences(keys)) for operation, keys in OWN_RULES.items()}
