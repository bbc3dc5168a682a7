"""Django's PostgreSQL backend, but for the server, which is started when first needed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client

from crmquality.embedded import wheels
from crmquality.embedded.servers import ensure_postgres, is_gone


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the psql of the wheel."""

    def runshell(self, parameters: Iterable[str]) -> None:
        self.connection.ensure_connection()
        DatabaseClient.executable_name = str(wheels.postgres_programs() / "psql")
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        var = Path(self.settings_dict["EMBEDDED_VAR"])
        ensure_postgres(var)
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            # Killed since we last looked: start it again, as a service manager would.
            if not is_gone(var):
                raise
        ensure_postgres(var)
        return super().get_new_connection(conn_params)
