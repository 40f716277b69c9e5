"""The table Lookups; rows.py says what lies in it."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.runtime.tables import Table


class Row(Table):
    """One item: `facts` is JSON, the other attributes are those that conditions and counts need."""

    class Meta:
        table_name = "lookups"

    setting = "lookups_table"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    facts = UnicodeAttribute(null=True)
    factor = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    live = NumberAttribute(null=True)
    previous = NumberAttribute(null=True)
    times = NumberAttribute(null=True)
    satisfied = NumberAttribute(null=True)
    acceptable = NumberAttribute(null=True)
    unsatisfied = NumberAttribute(null=True)
    until = NumberAttribute(null=True)
    open = BooleanAttribute(null=True)
    expires = NumberAttribute(null=True)


Values = dict[str, Any]
