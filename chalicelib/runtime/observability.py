"""One Logger and one Metrics for every function of the house.

Never put personal data, codes of a sign-in or tokens into either: tracking codes, agency codes and correlation ids are enough.
"""

import gc
from collections import Counter

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, Metrics, MetricUnit

from chalicelib.runtime.causes import DiscreetFormatter

SERVICE = "yenbai-s"
NAMESPACE = "YenBaiS"

# msgspec writes a line for a fraction; what it does not know becomes text, as with Powertools' own.
_write = msgspec.json.Encoder(enc_hook=str).encode

logger = Logger(
    service=SERVICE,
    logger_formatter=DiscreetFormatter(
        use_rfc3339=True, utc=True, serialize_stacktrace=False, json_serializer=lambda line: _write(line).decode()
    ),
)
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)

# Dimension, its value, name of the metric; written as one line for each value when the invocation ends.
_by: Counter[tuple[str, str, str]] = Counter()


def count(name: str, value: int = 1) -> None:
    """Count an outcome under `name` (PascalCase), listed with its meaning in docs/operating.md."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def count_by(name: str, dimension: str, value: str, amount: int = 1) -> None:
    """Count an outcome under `name` by one further dimension, which has few values, such as the channel of a notice."""
    _by[dimension, value, name] += amount


def flush() -> None:
    """End an invocation: write its metrics as EMF lines, one for each set of dimensions, if there are any."""
    if not gc.isenabled():
        # What the first invocation has loaded stays; from now on only what comes and goes is looked through.
        gc.freeze()
        gc.enable()
    if metrics.metric_set:
        metrics.flush_metrics()
    for dimension, value in sorted({(dimension, value) for dimension, value, _ in _by}):
        own = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
        own.add_dimension(name=dimension, value=value)
        for (_, _, name), amount in ((key, amount) for key, amount in _by.items() if key[:2] == (dimension, value)):
            own.add_metric(name=name, unit=MetricUnit.Count, value=amount)
        own.flush_metrics()
    _by.clear()
