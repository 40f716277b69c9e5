"""The floor: a Lambda handler that does nothing but put what it was sent into a table, with botocore as it comes."""

import json
import os

import botocore.session

_dynamodb = botocore.session.get_session().create_client("dynamodb")


def handler(event, context):  # type: ignore[no-untyped-def]
    """One PutItem, conditional as ours is."""
    sent = json.loads(event["body"])
    code = event["headers"]["Idempotency-Key"]
    item = {
        "code": {"S": code},
        "part": {"S": "head"},
        "reporter": {"S": event["requestContext"]["authorizer"]["claims"]["sub"]},
        "category": {"S": sent["category"]},
        "text": {"S": sent["text"]},
        "lat": {"N": str(sent["location"]["lat"])},
        "long": {"N": str(sent["location"]["long"])},
    }
    _dynamodb.put_item(
        TableName=os.environ["CASES_TABLE"],
        Item=item,
        ConditionExpression="attribute_not_exists(#code)",
        ExpressionAttributeNames={"#code": "code"},
    )
    return {"statusCode": 201, "headers": {"Content-Type": "application/json"}, "body": json.dumps({"code": code})}
