"""runtime/tables.py touches private members of PynamoDB; these are the promises it relies on."""

import inspect

import pytest
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from chalicelib.directory.store import Item
from chalicelib.feedback.table import Case
from chalicelib.runtime.tables import SharedConnection, connection


def test_all_tables_of_the_process_share_one_connection() -> None:
    assert Case._get_connection().connection is Item._get_connection().connection is connection()


def test_all_tables_share_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without credentials PynamoDB makes a new client at every turn; a function always has some.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    assert Case._get_connection().connection.client is Item._get_connection().connection.client


def test_pynamodb_still_asks_the_model_for_its_connection_and_the_connection_for_its_session() -> None:
    assert "_get_connection" in vars(Model)
    assert isinstance(vars(Connection)["session"], property)
    assert "connection" in vars(TableConnection(table_name="t", region="r"))
    assert issubclass(SharedConnection, Connection)


def test_pynamodb_still_keeps_descriptions_of_tables_where_we_put_ours() -> None:
    assert "self._tables" in inspect.getsource(Connection)
    assert Case._get_connection().table_name in connection()._tables
