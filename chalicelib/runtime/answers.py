"""DynamoDB's answers as they come, without botocore's walk through every value of them.

botocore takes each value in hand, as it might be a time or binary. The items of our tables hold neither, so what the JSON says is
already what botocore would make of it, and a list of twenty costs a quarter. This overrides a private member
(`JSONParser._handle_json_body`); tests/contract/test_answers.py compares what comes of it with botocore's own.
"""

from typing import Any

from botocore.parsers import JSONParser, ResponseParserFactory

PLAIN = frozenset({"BatchGetItemOutput", "GetItemOutput", "PutItemOutput", "QueryOutput", "UpdateItemOutput"})


class _Parser(JSONParser):  # type: ignore[misc]
    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        if shape.name in PLAIN:
            return self._parse_body_as_json(raw_body)
        return super()._handle_json_body(raw_body, shape)


class Parsers(ResponseParserFactory):  # type: ignore[misc]
    """botocore's parsers but for JSON; the component `response_parser_factory` of a session."""

    def create_parser(self, protocol_name: str) -> Any:
        """The parser of a protocol."""
        return _Parser(**self._defaults) if protocol_name == "json" else super().create_parser(protocol_name)
