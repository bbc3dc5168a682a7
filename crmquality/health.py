"""Whether the servers behind the pages answer, for load balancers and containers."""

import dataclasses
import datetime as dt

from health_check.base import HealthCheck
from health_check.contrib.celery import Ping
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from crmquality.celery import app


@dataclasses.dataclass
class Broker(HealthCheck):
    """Opens a connection to the broker."""

    def run(self) -> None:  # type: ignore[override]
        try:
            with app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=3)
        except (OSError, connection.connection_errors) as error:
            raise ServiceUnavailable("The broker does not answer.") from error


class Health(HealthCheckView):
    """What the pages need."""

    checks = ("health_check.checks.Database", Broker)


class WorkersHealth(HealthCheckView):
    """What the pages and the work behind them need; asks a worker, so it may take a second."""

    checks = ("health_check.checks.Database", Broker, (Ping, {"app": app, "timeout": dt.timedelta(seconds=2), "limit": 1}))
