"""What DynamoDB bills for one matter from submission to rating, as the embedded stack's ReturnConsumedCapacity says it.

    python -m tests.benchmarks.lifecycle

plays it through the services on the tables that the environment names and prints JSON: step -> (table or index -> write units).
The embedded stack bills writes by DynamoDB's rules: the larger of the item before and after by the kilobyte; of each index nothing
where its entry stays, one write where it changes, two where its key does.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from chalicelib.runtime.settings import settings
from chalicelib.runtime.tables import connection
from infra.seed.__main__ import write as seed
from tests.benchmarks import world


class Meter:
    """Asks with every call what it costs, and adds up what the writes of cases cost."""

    def __init__(self) -> None:
        self.units: dict[str, float] = defaultdict(float)
        events = connection().client.meta.events
        events.register("provide-client-params.dynamodb.*", self._ask)
        events.register("after-call.dynamodb.*", self._note)

    def _ask(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**params, "ReturnConsumedCapacity": "INDEXES"}

    def _note(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        used = parsed.get("ConsumedCapacity", {})
        if model.name not in ("PutItem", "UpdateItem", "DeleteItem") or used.get("TableName") != settings().cases_table:
            return
        self.units["table"] += used["Table"]["CapacityUnits"]
        for name, index in used.get("GlobalSecondaryIndexes", {}).items():
            self.units[name] += index["CapacityUnits"]

    def of(self, step: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
        """What a step returns, and what it cost."""
        self.units.clear()
        return step(), dict(self.units)


def main() -> None:
    """Play it and print the bill."""
    seed(overwrite=False)
    meter = Meter()
    bill: dict[str, dict[str, float]] = {}
    case, bill["submit"] = meter.of(lambda: world.case(world.REPORTER, "a lifecycle"))
    for name, change in (
        ("route", world.route), ("accept", world.accept), ("answer", world.answer), ("rate", world.rate)
    ):  # fmt: skip
        case, bill[name] = meter.of(lambda change=change, case=case: change(case))  # type: ignore[misc]
    print(json.dumps(bill))


if __name__ == "__main__":
    main()
