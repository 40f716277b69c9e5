"""Cases put straight into the table Cases by the store's own records, and what is kept about them, with an operator's keys.

A case that would take many requests and other functions to bring to its place stands there at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from boto3.dynamodb.conditions import Key
from msgspec.structs import replace

from chalicelib.core import codes
from chalicelib.feedback import records
from chalicelib.feedback.lifecycle import Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Dossier
from tests.address import Address

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Shelf:
    """The table Cases and the secret of its links."""

    stack: Address

    def put(self, case: Feedback, texts: Mapping[str, str]) -> None:
        """Keep a case with its texts, the head last, as the store does; of a sealed one there is only the head."""
        if case.matter is not None:
            matter = {"code": case.code, "part": records.matter_part(case), "matter": records.text_of(case.matter)}
            self._table.put_item(Item=matter)
        for ref, text in texts.items() if case.status is not Status.SEALED else ():
            self._table.put_item(Item={"code": case.code, "part": f"text#{ref}", "text": text})
        self._table.put_item(Item={name: _number(value) for name, value in records.head_values(case).items()})

    def kept(self, code: str) -> list[Item]:
        """Every item about a case, in the order of the table."""
        found = self._table.query(KeyConditionExpression=Key("code").eq(code), ConsistentRead=True)
        return list(found["Items"])

    def case(self, code: str) -> Feedback:
        """A case as it stands, without words that may stand beside its head."""
        head = self._table.get_item(Key={"code": code, "part": records.HEAD}, ConsistentRead=True)["Item"]
        return records.feedback_from({name: _plain(value) for name, value in head.items()})

    def dossier(self, code: str) -> Dossier:
        """A whole case with its words."""
        case, parts = self.case(code), {str(item["part"]): item for item in self.kept(code)}
        if beside := parts.get(records.matter_part(case)):
            case = replace(case, matter=records.matter_from(beside["matter"]))
        texts = {part.removeprefix("text#"): item["text"] for part, item in parts.items() if part.startswith("text#")}
        return Dossier(case, texts)

    def link(self, code: str, assignment: int, head: bool = False) -> str:
        """The token of the signed link of that assignment, or of the head's own, as its e-mail would bring it."""
        return codes.link_token(self._secret, codes.Link(code, assignment, head))

    @cached_property
    def _table(self) -> Any:
        database = self.stack.session.resource("dynamodb", endpoint_url=self.stack.emulator_url)
        return database.Table(self.stack.outputs["CasesTable"])

    @cached_property
    def _secret(self) -> str:
        functions = self.stack.client("lambda")
        configured = functions.get_function_configuration(FunctionName=self.stack.outputs["APIHandlerName"])
        return str(configured["Environment"]["Variables"]["SECRET_KEY"])


def _number(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
