"""What SES says of an e-mail that came back, on a stack whose SES never says it: the message is put on the queue by hand."""

from pathlib import Path
from typing import Any

from tests.address import Address
from tests.stack.told import function_name, wait

OFFICER = "can-bo.cu@ubnd.example"
SENDER = "YenBai-S <no-reply@yenbai.example>"


def bounced(stack: Address) -> dict[str, dict[str, Any]]:
    """The rows of addresses that are not written to, by key."""
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs["NoticesTable"])
    items = [item for page in pages for item in page["Items"] if item["pk"]["S"].startswith("bounced#")]
    return {item["pk"]["S"]: item for item in items}


def put(stack: Address, body: str) -> None:
    """A message on the queue, as SNS delivers it raw."""
    stack.client("sqs").send_message(QueueUrl=stack.outputs["BouncesQueue"], MessageBody=body)


def bounce(stack: Address, address: str, patience: float = 30) -> set[str]:
    """SES tells that an e-mail of ours to the address came back for good; the rows that are new then."""
    given = stack.client("lambda").get_function_configuration(FunctionName=function_name(stack, "NoteBounces"))
    sender = given["Environment"]["Variables"]["MAIL_FROM"]
    before, told = bounced(stack), Path("tests/golden/ses_bounce.json").read_text("utf-8")
    put(stack, told.replace(SENDER, sender).replace(OFFICER, address))
    wait(lambda: len(bounced(stack)) > len(before), patience)
    return set(bounced(stack)) - set(before)
