"""Whether the servers behind the pages answer, for load balancers and containers."""

import dataclasses

from django.db import DatabaseError, connection
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView
from kombu.exceptions import OperationalError as BrokerError

from crmquality.celery import app


@dataclasses.dataclass
class Database(HealthCheck):
    """Asks the database for an answer."""

    # Not the package's own: importing that brings a resolver of names, a second at every start.

    def run(self) -> None:
        try:
            with connection.temporary_connection() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            raise ServiceUnavailable("The database does not answer.") from error


@dataclasses.dataclass
class Broker(HealthCheck):
    """Opens a connection to the broker."""

    def run(self) -> None:
        try:
            with app.connection_for_write() as broker:
                broker.ensure_connection(max_retries=1, timeout=3)
        except BrokerError as error:
            raise ServiceUnavailable("The broker does not answer.") from error


@dataclasses.dataclass
class Worker(HealthCheck):
    """Asks whether any worker is there."""

    def run(self) -> None:
        if not app.control.ping(timeout=2, limit=1):
            raise ServiceUnavailable("No worker answers.")


class Health(HealthCheckView):
    """What the pages need."""

    checks = (Database, Broker)


class WorkersHealth(HealthCheckView):
    """What the pages and the work behind them need; asks a worker, so it may take a second."""

    checks = (Database, Broker, Worker)
