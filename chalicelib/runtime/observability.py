"""One Logger and one Metrics for every function of the house.

Never put personal data, codes of a sign-in or tokens into either: tracking codes, agency codes and correlation ids are enough.
"""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

SERVICE = "yenbai-s"

logger = Logger(service=SERVICE, use_rfc3339=True, utc=True)
metrics = Metrics(namespace="YenBaiS", service=SERVICE)


def count(name: str, value: int = 1) -> None:
    """Count an outcome under `name` (PascalCase), listed with its meaning in docs/operating.md."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def flush() -> None:
    """Write the metrics of this invocation as one EMF line, if there are any."""
    if metrics.metric_set:
        metrics.flush_metrics()
