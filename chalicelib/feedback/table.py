"""The table Cases as PynamoDB sees it: its items and slim sparse indexes; store.py reads and writes it."""

from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.runtime.tables import Table


class ByDesk(GlobalSecondaryIndex["Case"]):
    """Whose move it is, by when: an agency's open work, the centre's queue, what the sweep ends."""

    class Meta:
        index_name = "by_desk"
        projection = IncludeProjection(["status", "category", "area", "level", "submitted_at", "publication"])

    desk = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class ByReporter(GlobalSecondaryIndex["Case"]):
    """A reporter's own cases by the time of submission."""

    class Meta:
        index_name = "by_reporter"
        projection = IncludeProjection(
            [
                "status",
                "category",
                "area",
                "level",
                "agency",
                "deadline",
                "publication",
                "title",
                "rating",
                "scheduled_for",
            ]
        )

    reporter = UnicodeAttribute(hash_key=True)
    submitted_at = UnicodeAttribute(range_key=True)


class ByFeed(GlobalSecondaryIndex["Case"]):
    """The public feed, a shard a district, and the centre's review list."""

    class Meta:
        index_name = "by_feed"
        projection = IncludeProjection(
            [
                "status", "category", "area", "level", "agency", "deadline", "publication", "title", "lat", "long",
                "submitted_at", "scheduled_for",
            ]
        )  # fmt: skip

    feed = UnicodeAttribute(hash_key=True)
    feed_at = UnicodeAttribute(range_key=True)


class ByChange(GlobalSecondaryIndex["Case"]):
    """What changed when, for the sweep and for what is rebuilt."""

    class Meta:
        index_name = "by_change"
        projection = KeysOnlyProjection()

    change_shard = UnicodeAttribute(hash_key=True)
    changed_at = UnicodeAttribute(range_key=True)


class ByWatch(GlobalSecondaryIndex["Case"]):
    """What time will do to open cases, by when; and the lists on which the centre finds what it has to look after."""

    class Meta:
        index_name = "by_watch"
        projection = KeysOnlyProjection()

    watch = UnicodeAttribute(hash_key=True)
    watch_at = UnicodeAttribute(range_key=True)


class ByCell(GlobalSecondaryIndex["Case"]):
    """Open public cases by the cell in which they lie; nothing in it changes while a case is in it, so a change costs nothing."""

    class Meta:
        index_name = "by_cell"
        projection = IncludeProjection(["category", "lat", "long"])

    cell = UnicodeAttribute(hash_key=True)
    submitted_at = UnicodeAttribute(range_key=True)


class Case(Table):
    """One item of the table Cases; which attributes it has depends on its part (records.py)."""

    class Meta:
        table_name = "cases"

    setting = "cases_table"

    by_desk = ByDesk()
    by_reporter = ByReporter()
    by_feed = ByFeed()
    by_change = ByChange()
    by_watch = ByWatch()
    by_cell = ByCell()

    code = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    version = NumberAttribute(null=True)
    status = UnicodeAttribute(null=True)
    category = UnicodeAttribute(null=True)
    area = UnicodeAttribute(null=True)
    level = UnicodeAttribute(null=True)
    publication = UnicodeAttribute(null=True)
    agency = UnicodeAttribute(null=True)
    reporter = UnicodeAttribute(null=True)
    submitted_at = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute(null=True)
    change_shard = UnicodeAttribute(null=True)
    deadline = UnicodeAttribute(null=True)
    desk = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    feed = UnicodeAttribute(null=True)
    feed_at = UnicodeAttribute(null=True)
    watch = UnicodeAttribute(null=True)
    watch_at = UnicodeAttribute(null=True)
    cell = UnicodeAttribute(null=True)
    rating = UnicodeAttribute(null=True)
    scheduled_for = UnicodeAttribute(null=True)
    title = UnicodeAttribute(null=True)
    lat = NumberAttribute(null=True)
    long = NumberAttribute(null=True)
    facts = UnicodeAttribute(null=True)
    matter = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    history: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)
