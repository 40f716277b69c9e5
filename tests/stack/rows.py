"""Cases as they lie in the table, read by an operator."""

from boto3.dynamodb.types import TypeDeserializer

from chalicelib.feedback import records
from chalicelib.feedback.model import Feedback
from tests.stack.matters import Case


def head(case: Case) -> Feedback:
    """The head of a case, without words that stand beside it."""
    key = {"code": {"S": case.code.replace("-", "")}, "part": {"S": records.HEAD}}
    found = case.stack.client("dynamodb").get_item(
        TableName=case.stack.outputs["CasesTable"], Key=key, ConsistentRead=True
    )
    read = TypeDeserializer()
    return records.feedback_from({name: read.deserialize(value) for name, value in found["Item"].items()})
