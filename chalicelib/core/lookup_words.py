"""What software says about the utilities and their data; part of WORDS (words.py)."""

from collections.abc import Mapping

LOOKUP_WORDS: Mapping[str, tuple[str, str]] = {
    "error.upstream_down": (
        "Hệ thống của đơn vị cung cấp đang gián đoạn. Vui lòng thử lại sau ít phút.",
        "The provider's system does not answer right now. Please try again in a few minutes.",
    ),
}
