"""S3 and SNS as the heart uses them, on clients that write down what they are asked."""

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.feedback.commands import MOST_BYTES
from chalicelib.feedback.lifecycle import Party
from chalicelib.feedback.moderation import seal
from chalicelib.feedback.ports import File
from chalicelib.feedback.providers import EventPublisher, Matters, PhotoBucket, event
from chalicelib.feedback.values import Terms
from tests.builders import COMMITTEE, NOW, answered, feedback, in_progress, photo, rate, stamp, waiting
from tests.fakes import Numbered


@dataclass
class Asked:
    """Any client: what was asked of it, and one answer to everything."""

    answer: Any = None
    error: ClientError | None = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        def call(*positional: Any, **named: Any) -> Any:
            self.calls.append((name, named | {str(place): value for place, value in enumerate(positional)}))
            if self.error:
                raise self.error
            return self.answer

        return call


def bucket(client: Asked) -> PhotoBucket:
    return PhotoBucket(lambda: client, "the-bucket", Numbered())


def test_an_upload_is_one_file_of_that_type_and_at_most_that_size_for_fifteen_minutes() -> None:
    s3 = Asked({"url": "https://s3.example", "fields": {"key": "k", "policy": "p"}})
    upload = bucket(s3).upload("CODE", "citizen", "image/png", 900)
    ((name, asked),) = s3.calls
    assert (name, asked["0"], asked["1"]) == ("generate_presigned_post", "the-bucket", "cases/CODE/citizen/00000001")
    assert asked["Conditions"] == [["content-length-range", 1, 900], {"Content-Type": "image/png"}]
    assert asked["Fields"] == {"Content-Type": "image/png"}
    assert asked["ExpiresIn"] == upload.expires_in == 900
    assert (upload.id, upload.key, upload.url) == ("00000001", "cases/CODE/citizen/00000001", "https://s3.example")


def test_a_page_without_scripts_names_no_type_and_comes_back() -> None:
    s3 = Asked({"url": "u", "fields": {}})
    bucket(s3).upload("CODE", "1", "", 0, "https://back.example/a/token")
    asked = s3.calls[0][1]
    assert asked["Fields"]["success_action_redirect"] == "https://back.example/a/token"
    assert {"success_action_redirect": "https://back.example/a/token"} in asked["Conditions"]
    assert ["content-length-range", 1, MOST_BYTES] in asked["Conditions"]


def test_a_file_is_read_as_what_it_was_found_to_be() -> None:
    s3 = Asked("https://s3.example/signed")
    assert bucket(s3).link("CODE", photo(by="2")) == "https://s3.example/signed"
    params = s3.calls[0][1]["Params"]
    assert params == {
        "Bucket": "the-bucket", "Key": "cases/CODE/2/0123456789abcdef", "ResponseContentType": "image/jpeg",
        "ResponseContentDisposition": "inline",
    }  # fmt: skip


def test_a_file_that_has_arrived_is_what_its_first_bytes_show() -> None:
    s3 = Asked({"Body": BytesIO(b"%PDF-1.7 and so on"), "ContentRange": "bytes 0-31/2004", "LastModified": NOW})
    found = bucket(s3).arrived("CODE", "1", "01234567")
    assert found == File("01234567", "1", "application/pdf", 2004, NOW)
    assert s3.calls == [("get_object", {"Bucket": "the-bucket", "Key": "cases/CODE/1/01234567", "Range": "bytes=0-31"})]


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied", "InvalidRange"])
def test_a_file_that_has_not_arrived_or_is_empty_is_none(code: str) -> None:
    assert (
        bucket(Asked(error=ClientError({"Error": {"Code": code}}, "GetObject"))).arrived("CODE", "1", "01234567")
        is None
    )


def test_an_outage_of_the_bucket_is_no_missing_file() -> None:
    with pytest.raises(ClientError):
        bucket(Asked(error=ClientError({"Error": {"Code": "SlowDown"}}, "GetObject"))).arrived("CODE", "1", "01234567")


def test_a_refused_file_is_taken_away() -> None:
    s3 = Asked()
    bucket(s3).delete("CODE", "1", "01234567")
    assert s3.calls == [("delete_object", {"Bucket": "the-bucket", "Key": "cases/CODE/1/01234567"})]


def test_a_file_of_a_sealed_case_moves_to_where_the_api_only_writes() -> None:
    s3 = Asked()
    bucket(s3).seal("CODE", photo("01234567"))
    source = {"Bucket": "the-bucket", "Key": "cases/CODE/citizen/01234567"}
    assert s3.calls == [
        ("copy_object", {"Bucket": "the-bucket", "Key": "sealed/CODE/citizen/01234567", "CopySource": source}),
        ("delete_object", source),
    ]


def test_a_sealed_file_is_read_from_where_it_moved() -> None:
    s3 = Asked("https://s3.example/signed")
    bucket(s3).sealed_link("CODE", photo("01234567"))
    assert s3.calls[0][1]["Params"]["Key"] == "sealed/CODE/citizen/01234567"


def test_a_file_lies_beside_another_case_as_well() -> None:
    s3 = Asked()
    bucket(s3).copy("CODE", "CHILD", photo("01234567"))
    assert [(name, asked["Key"]) for name, asked in s3.calls] == [("copy_object", "cases/CHILD/citizen/01234567")]


def test_what_has_moved_already_is_not_taken_away_again() -> None:
    s3 = Asked(error=ClientError({"Error": {"Code": "NoSuchKey"}}, "CopyObject"))
    bucket(s3).seal("CODE", photo("01234567"))
    assert [name for name, _ in s3.calls] == ["copy_object", "get_object"]


def test_what_cannot_be_copied_now_stays_and_says_so() -> None:
    s3 = Asked(error=ClientError({"Error": {"Code": "SlowDown"}}, "CopyObject"))
    with pytest.raises(ClientError):
        bucket(s3).seal("CODE", photo("01234567"))
    assert "delete_object" not in [name for name, _ in s3.calls]


def test_the_events_asked_for_are_published_in_order_with_what_queues_filter_by() -> None:
    sns = Asked()
    case = answered()
    EventPublisher(lambda: sns, "the-topic").publish(case, [4, 2])
    first, second = (call[1] for call in sns.calls)
    assert first["TopicArn"] == "the-topic"
    assert json.loads(first["Message"])["id"] == f"{case.code}#2"
    assert json.loads(second["Message"]) == {
        "v": 1, "id": f"{case.code}#4", "type": "FeedbackAnswered", "code": case.code, "seq": 4,
        "at": "2023-05-23T07:05:00.000Z", "status": "answered", "category": "duong_sa", "area": "commune-1",
        "level": "normal", "agency": COMMITTEE, "assignment": 1, "cid": "cid-1",
    }  # fmt: skip
    assert {name: value["StringValue"] for name, value in second["MessageAttributes"].items()} == {
        "type": "FeedbackAnswered", "category": "duong_sa", "level": "normal", "agency": COMMITTEE,
    }  # fmt: skip


def test_an_event_without_an_agency_has_no_attribute_of_one() -> None:
    sns = Asked()
    EventPublisher(lambda: sns, "the-topic").publish(feedback(), [1])
    assert "agency" not in sns.calls[0][1]["MessageAttributes"]


def test_the_event_of_a_seal_has_no_empty_attribute_since_the_topic_takes_none() -> None:
    sns = Asked()
    sealed = seal(answered(), stamp(Party.CENTRE))
    EventPublisher(lambda: sns, "the-topic").publish(sealed, [5])
    attributes = sns.calls[0][1]["MessageAttributes"]
    assert {name: value["StringValue"] for name, value in attributes.items()} == {
        "type": "FeedbackSealed", "level": "normal",
    }  # fmt: skip


def test_a_topic_that_refuses_stops_the_rest() -> None:
    @dataclass
    class Down:
        asked: int = 0

        def publish(self, **_: Any) -> None:
            self.asked += 1
            raise ConnectionError

    topic = Down()
    with pytest.raises(ConnectionError):
        EventPublisher(lambda: topic, "the-topic").publish(answered(), [1, 2, 3])
    assert topic.asked == 1


def test_an_event_names_no_person_and_quotes_nobody() -> None:
    for case in (waiting(), in_progress(), answered().rate(stamp(), rate().rating, Terms(feedback().submitted_at))):
        matters = Matters(case.code, case.category, case.area, case.level)
        for entry in case.history:
            told = repr(event(matters, entry))
            assert case.reporter not in told
            assert case.matter is not None
            assert case.matter.text not in told
