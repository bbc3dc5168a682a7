"""`python -m crmquality.probe URL`: succeeds when the page answers 200, asked for by an allowed name."""

import os
import sys
import urllib.request


def main(url: str) -> None:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    # As the proxy in front would ask, or the answer were a redirection to HTTPS.
    request = urllib.request.Request(url, headers={"Host": host, "X-Forwarded-Proto": "https"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=15) as response:  # noqa: S310
        sys.exit(response.status != 200)


if __name__ == "__main__":
    main(sys.argv[1])
