"""What runs in the measured process: one handler, as Lambda would run it, told by lines on standard input what to do.

    python -S -B probe.py HANDLER EVENT.json

It loads the handler, has it answer the event, and reports the CPU time since the process began. Then each line `EVENT.json N`
has it answer that event N times and report the CPU time of that. Standard library only, and of that little: the floors and
the application carry it alike. Each mark is a call of the C function `getloadavg`, which nothing else here calls: callgrind,
where it watches, writes down at each what was counted since the last.
"""

import json
import os
import sys
from time import process_time

PAUSE = 0.002


class Context:
    """What Lambda hands to a handler beside the event."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "benchmark"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:ap-southeast-1:000000000000:function:benchmark"
    memory_limit_in_mb = "1024"
    log_group_name = "/aws/lambda/benchmark"
    log_stream_name = "2024/01/01/[$LATEST]benchmark"

    def get_remaining_time_in_millis(self) -> int:
        """Plenty."""
        return 25_000


def main() -> None:
    module, _, name = sys.argv[1].rpartition(".")
    out = os.fdopen(os.dup(1), "w")
    # What the handler logs goes nowhere; where it would go costs the same everywhere.
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    event = _read(sys.argv[2])
    __import__(module)
    handler = getattr(sys.modules[module], name)
    answer = handler(event, Context())
    os.getloadavg()
    _report(out, cpu=process_time(), answer=answer, modules=sorted(sys.modules))
    for line in sys.stdin:
        path, times = line.split()
        events = [_read(path) for _ in range(int(times))]
        os.getloadavg()
        started = process_time()
        for event in events:
            answer = handler(event, Context())
        spent = process_time() - started
        os.getloadavg()
        _report(out, cpu=spent, answer=answer)


def _read(path: str) -> object:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _report(out, **said) -> None:  # type: ignore[no-untyped-def]
    out.write(json.dumps(said) + "\n")
    out.flush()


main()
