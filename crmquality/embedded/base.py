"""Django's PostgreSQL backend, but for the server, which is started when first needed."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from crmquality.embedded.servers import ensure_postgres


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        ensure_postgres(Path(self.settings_dict["EMBEDDED_VAR"]))
        return super().get_new_connection(conn_params)
