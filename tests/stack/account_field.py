"""Customers of a supplier that a test alone has: their bills lie in the table Lookups as the loader writes them."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.core.codes import keyed_hash
from chalicelib.lookups.model import Dataset, Offer, Utility
from chalicelib.lookups.rows import stamp
from chalicelib.lookups.uploads.items import Keeping, items_of
from infra.seed.utilities import utilities
from tests.address import Address
from tests.gateway import event
from tests.stack.lookup_rows import let_live, put
from tests.stack.people import Answer, Person, call
from tests.unit.lookups.counting_fakes import SmallMap


@dataclass
class Customer:
    """A customer's code and what only the customer knows; both can be found in any log that holds them."""

    code: str = field(default_factory=lambda: f"KH{secrets.token_hex(6).upper()}")
    factor: str = field(default_factory=lambda: f"Mẫu {secrets.token_hex(6)}")


@dataclass(frozen=True)
class Supplier:
    """A utility with bills of one supplier, who uploads them."""

    stack: Address
    utility: Utility

    @property
    def offer(self) -> Offer:
        """Its bills."""
        return self.utility.offers[0]

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """What the API's function was told."""
        functions = self.stack.client("lambda")
        configured = functions.get_function_configuration(FunctionName=self.stack.outputs["APIHandlerName"])
        found: Mapping[str, str] = configured["Environment"]["Variables"]
        return found

    def bill(self, customer: Customer, version: int = 1, **facts: Any) -> None:
        """One bill of a customer in a version: of May 2031, 100,000 đồng, not paid, but for the facts given."""
        told = {
            "customer_code": customer.code, "phone_end": customer.factor, "period": "2031-05", "amount": 100_000,
            "due": date(2031, 5, 25).isoformat(), "paid": False, **facts,
        }  # fmt: skip
        feed = self.offer.feeds[0]
        stamped = stamp(feed.id, version)
        kept = Keeping(Dataset(self.utility.id, self.offer), feed.id, stamped, self.settings["SECRET_KEY"], SmallMap())
        for item in items_of(kept, told):
            put(self.stack, {"pk": item.pk, "sk": item.sk, "facts": item.facts, "factor": item.factor})

    def let_live(self, version: int) -> None:
        """Switch to a version."""
        let_live(self.stack, self.utility, self.offer, self.offer.feeds[0], version)

    @property
    def path(self) -> str:
        """Where its accounts are looked up."""
        return f"/v1/utilities/{self.utility.id}/{self.offer.id}/account"

    def look_up(self, person: Person, customer: Customer, **changes: str) -> Answer:
        """What a person is answered who sends a customer's code and factor, but for the changes."""
        asked = {"code": customer.code, "factor": customer.factor, **changes}
        return call(self.stack, "POST", self.path, asked, token=person.access_token)

    def save(self, person: Person, customer: Customer, **more: Any) -> Answer:
        """What a person is answered who saves a customer's code."""
        asked = {
            "utility": self.utility.id, "offer": self.offer.id, "code": customer.code, "factor": customer.factor, **more,
        }  # fmt: skip
        return call(self.stack, "POST", "/v1/me/codes", asked, token=person.access_token)

    def look_up_from(self, address: str, account: str, customer: Customer, **changes: str) -> int:
        """The status that the function answers to a caller of that network address."""
        asked = {"code": customer.code, "factor": customer.factor, **changes}
        sent = event(
            "POST", "/v1/utilities/{utility}/{offer}/account", asked, address=address,
            path={"utility": self.utility.id, "offer": self.offer.id}, headers={"content-type": "application/json"},
            claims={"sub": account, "token_use": "access", "username": account},
        )  # fmt: skip
        function = self.stack.outputs["APIHandlerName"]
        answer = self.stack.client("lambda").invoke(FunctionName=function, Payload=json.dumps(sent))
        return int(json.loads(answer["Payload"].read())["statusCode"])

    def use_up(self, address: str) -> None:
        """Let an address that has guessed have guessed as often as it may."""
        hashed = keyed_hash(self.settings["SECRET_KEY"], "guesses of address", address)
        table, database = self.stack.outputs["LookupsTable"], self.stack.client("dynamodb")
        found = database.query(
            TableName=table, KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"guess#address#{hashed}"}},
        )["Items"]  # fmt: skip
        assert found, "it has not guessed yet"
        for item in found:
            database.put_item(TableName=table, Item=item | {"times": {"N": self.settings["GUESSES_PER_ADDRESS"]}})


@contextmanager
def supplier_of(stack: Address) -> Iterator[Supplier]:
    """A supplier in the catalogue, whose first version lives."""
    seeded = next(one for one in utilities() if one.id == "water")
    feed = replace(seeded.offers[0].feeds[0], provider="", codes="")
    offer = replace(seeded.offers[0], feeds=(feed,))
    made = replace(seeded, id=f"water-{secrets.token_hex(4)}", order=9_001, offers=(offer,))
    put(stack, {"pk": "catalogue", "sk": made.id, "facts": msgspec.json.encode(made).decode(), "version": 1})
    supplier = Supplier(stack, made)
    supplier.let_live(1)
    yield supplier
    stack.client("dynamodb").delete_item(
        TableName=stack.outputs["LookupsTable"], Key={"pk": {"S": "catalogue"}, "sk": {"S": made.id}}
    )
