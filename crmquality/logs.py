"""Links that are keys do not enter a log, neither the programs' nor the web server's."""

import logging
import re

# /s/<token> answers a survey; what follows tells nothing.
KEYS = re.compile(r"(/s/(?:p/|no-more/)?)[^/\s?\"']+")


def masked(text: str) -> str:
    """
    >>> masked("Not Found: /s/abc/draft")
    'Not Found: /s/…/draft'
    """
    return KEYS.sub(r"\1…", text)


def without_links(record: logging.LogRecord) -> bool:
    """As a filter: takes the keys out of what is about to be written."""
    if isinstance(record.msg, str) and (KEYS.search(text := record.getMessage())):
        record.msg, record.args = masked(text), ()
    return True
