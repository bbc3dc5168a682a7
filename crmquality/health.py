"""Whether the servers behind the pages answer, for load balancers and containers."""

import dataclasses

from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from crmquality.celery import app


@dataclasses.dataclass
class Broker(HealthCheck):
    """Opens a connection to the broker."""

    def run(self) -> None:
        try:
            with app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=3)
        except (OSError, connection.connection_errors) as error:
            raise ServiceUnavailable("The broker does not answer.") from error


@dataclasses.dataclass
class Worker(HealthCheck):
    """Asks whether any worker is there."""

    def run(self) -> None:
        if not app.control.ping(timeout=2, limit=1):
            raise ServiceUnavailable("No worker answers.")


class Health(HealthCheckView):
    """What the pages need."""

    checks = ("health_check.checks.Database", Broker)


class WorkersHealth(HealthCheckView):
    """What the pages and the work behind them need; asks a worker, so it may take a second."""

    checks = ("health_check.checks.Database", Broker, Worker)
