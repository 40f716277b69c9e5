"""The catalogue in the table Lookups obeys the rules of every store, costs no reading for a minute, and is seeded once."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from chalicelib.lookups.catalogue.service import Store
from tests.address import Address
from tests.fakes import MovableClock
from tests.stack.own_table import settings_of
from tests.unit.lookups.catalogue_store_rules import NOW, CatalogueStoreRules, a_utility, version


@pytest.fixture(scope="module")
def table(stack: Address) -> Iterator[None]:
    """Stores work on the stack's table; nothing stays behind in the list of its utilities."""
    with settings_of(stack, LOOKUPS_TABLE=stack.outputs["LookupsTable"]):
        yield
        from chalicelib.lookups.table import Row

        for row in Row.rows("catalogue", Row.sk.startswith("rules-"))[0]:
            Row.take("catalogue", row["sk"])


@pytest.mark.usefixtures("table")
class TestCatalogueStore(CatalogueStoreRules):
    """Every rule on the table."""

    @pytest.fixture
    def store(self) -> Store:
        from chalicelib.lookups.catalogue.store import CatalogueStore

        return CatalogueStore(MovableClock(NOW))


@pytest.mark.usefixtures("table")
def test_what_was_read_is_gone_on_with_for_a_minute_and_a_new_one_is_seen_at_once() -> None:
    from chalicelib.lookups.catalogue.store import CatalogueStore

    clock, market = MovableClock(NOW), a_utility()
    reading, writing = CatalogueStore(clock), CatalogueStore(clock)
    assert reading.utility(market.id) is None
    before = reading.utilities()
    writing.keep(version(market, 1))
    first = reading.utility(market.id)
    assert first
    assert first.version == 1
    assert reading.utilities() == before
    writing.keep(version(market, 2))
    clock.move(seconds=59)
    assert reading.utility(market.id) == first
    clock.move(seconds=1)
    later = reading.utility(market.id)
    assert later
    assert later.version == 2
    assert market.id in {one.id for one in reading.utilities()}


@pytest.mark.usefixtures("table")
def test_seeding_leaves_what_was_changed_in_operation_unless_it_is_to_be_overwritten() -> None:
    from chalicelib.lookups.catalogue.store import CatalogueStore

    store, market = CatalogueStore(MovableClock(NOW)), a_utility()
    assert store.seed([market]).written == 1
    assert store.seed([market]).unchanged == 1
    store.keep(version(replace(market, order=77), 2))
    left = store.seed([market])
    assert (left.written, left.kept) == (0, (market.id,))
    assert store.seed([market], overwrite=True).written == 1
    standing = store.standing(market.id)
    assert standing == replace(market, version=3)


def seeded_again(stack: Address) -> list[str]:
    """What the command says on a stack that is seeded already, its samples too."""
    configured = stack.client("lambda").get_function_configuration(FunctionName=stack.outputs["APIHandlerName"])
    place = {
        **configured["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": stack.emulator_url,
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": stack.access_key,
        "AWS_SECRET_ACCESS_KEY": stack.secret_key,
    }
    command = [sys.executable, "-m", "infra.seed"]
    done = subprocess.run(command, env=os.environ | place, check=True, capture_output=True, text=True, timeout=60)
    return done.stdout.splitlines()


def test_seeding_again_writes_no_utility_and_loads_no_sample(stack: Address) -> None:
    said = seeded_again(stack)
    (line,) = [one for one in said if one.startswith("utilities: ")]
    assert line.startswith("utilities: 0 written, ")
    assert "samples: 0 records in 0 uploads loaded" in said
