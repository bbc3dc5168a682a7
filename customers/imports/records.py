"""How each kind of record about a customer becomes a row; their fields stand in `record_kinds.py`."""

from typing import Any

from .simple import Put, Simple, plain, text
from .sql import run

CUSTOMER = Put("customer_id", "r.customer_id")
CONTACT = Put("contact_id", "r.contact_id", ("contact", "contact_name", "related"))
OWNER = Put("owner_id", "r.owner_id", ("owner",))
PRODUCT_LINE = Put("product_line_id", "r.product_line_id", ("product_line",))
AMOUNT = Put("amount", "r.minor", ("amount",))

# "First Last", but family names first and without a blank where they are Chinese.
FULL_NAME = """
    COALESCE(r.name, CASE WHEN r.last_name ~ '[\\u4e00-\\u9fff]' THEN concat(r.last_name, r.first_name)
                          ELSE concat_ws(' ', r.first_name, r.last_name) END)
"""
OPTED_OUT = """
    (CASE WHEN r.email_opt_out THEN array_append(array_remove({said}, 'email'), 'email')
          WHEN NOT r.email_opt_out THEN array_remove({said}, 'email') ELSE {said} END)::varchar[]
""".format(said="COALESCE(r.opted_out, CASE WHEN NOT r.told_opted_out THEN t.opted_out::text[] END, '{}')")


def _one_primary(cursor: Any) -> None:
    """Of the file's contacts the customer's first may be the first to be asked, if no other stored one is."""
    run(cursor, """
        UPDATE import_lines l SET reason = 'another_is_primary'
        FROM (SELECT line, row_number() OVER (PARTITION BY customer_id ORDER BY line) AS nth
              FROM import_lines WHERE reason IS NULL AND is_primary) AS same
        WHERE same.line = l.line AND (nth > 1 OR EXISTS (
            SELECT FROM customers_contact t WHERE t.customer_id = l.customer_id AND t.is_primary
            AND t.id NOT IN (SELECT found FROM import_lines WHERE found IS NOT NULL AND reason IS NULL)))
    """)  # fmt: skip


CONTACTS = Simple(
    "contacts", "contact",
    (
        CUSTOMER, Put("name", FULL_NAME, ("name", "first_name", "last_name")),
        *text("title", "email", "phone", "mobile", "language"), *text("role", default="other"), *plain("weight"),
        Put("is_primary", "COALESCE(r.is_primary, false)", ("is_primary",)), *plain("left_on"),
        Put("opted_out", OPTED_OUT, ("opted_out", "email_opt_out")),
    ),
    apart=("r.customer_id", f"lower({FULL_NAME})"),
    checks=(
        ("no_name", "name = ''"),
        ("too_long", "length(name) > 200"),
        ("weight_not_positive", "weight <= 0 OR weight > 30000"),
    ),
    also=_one_primary,
)  # fmt: skip

PARTICIPATION = "channel IN ('event', 'community') OR kind = 'programme'"
INTERACTIONS = Simple(
    "interactions", "interaction",
    (
        CUSTOMER, CONTACT, Put("member_id", "r.owner_id", ("owner",)), *plain("channel", "occurred_at"),
        *text("direction", default="out"), *text("kind", default="contact"),
        # Every minute that was begun counts.
        Put("minutes", "COALESCE(r.minutes, ceil(r.seconds / 60.0)::bigint)", ("minutes", "seconds")),
        *text("subject", "notes"), Put("is_automatic", "COALESCE(r.is_automatic, false)", ("is_automatic",)),
    ),
    apart=("r.customer_id", "extract(epoch FROM r.occurred_at)", "r.channel", "r.subject"),
    checks=(("minutes_out_of_range", "minutes < 0 OR minutes > 100000"),),
    kept=(
        ("interactions", "min(occurred_at) FROM import_rows WHERE NOT is_automatic"),
        ("visits", "min(occurred_at) FROM import_rows WHERE kind = 'return_visit'"),
        ("participation", f"min(occurred_at) FROM import_rows WHERE {PARTICIPATION}"),
    ),
)  # fmt: skip

# What was done or given up here stays so: no file opens it again.
DONE = "CASE WHEN r.status IS NULL OR r.status = 'done' THEN r.done_at END"
CANCELLED = "CASE WHEN r.status IS NULL OR r.status = 'cancelled' THEN r.cancelled_at END"
FOLLOW_UPS = Simple(
    "follow_ups", "followup",
    (
        CUSTOMER, CONTACT, OWNER, *text("kind", default="task"), *text("subject", "notes", "outcome"),
        *plain("due_on", "due_time"),
        Put("done_at", f"CASE WHEN t.cancelled_at IS NULL THEN COALESCE({DONE}, t.done_at) END"),
        Put("cancelled_at", f"CASE WHEN t.done_at IS NULL THEN COALESCE({CANCELLED}, t.cancelled_at) END"),
        Put("status", "CASE WHEN t.done_at IS NULL AND t.cancelled_at IS NULL THEN r.status END", is_stored=False),
    ),
    apart=("r.customer_id", "r.due_on", "r.subject"),
    checks=(
        ("no_done_at", "status = 'done' AND done_at IS NULL"),
        ("no_cancelled_at", "status = 'cancelled' AND cancelled_at IS NULL"),
        ("done_and_cancelled", "done_at IS NOT NULL AND cancelled_at IS NOT NULL"),
    ),
    kept=(("visits", "min(due_on) FROM import_rows WHERE kind = 'return_visit'"),),
)  # fmt: skip

LOST_BECAUSE = """
    CASE WHEN (CASE WHEN r.told_outcome THEN r.outcome ELSE t.outcome END) = 'lost'
         THEN CASE WHEN r.told_loss_reason THEN r.loss_reason_id ELSE t.reason_id END END
"""
IS_OVER = "r.outcome IN ('won', 'lost')"
OPPORTUNITIES = Simple(
    "opportunities", "opportunity",
    (
        CUSTOMER, CONTACT, OWNER, *plain("name", "opened_on"), *text("kind", default="new"), PRODUCT_LINE,
        *text("channel", "stage"), AMOUNT,
        Put("outcome", f"CASE WHEN {IS_OVER} THEN r.outcome ELSE '' END", ("outcome",)),
        Put("closed_on", f"CASE WHEN {IS_OVER} THEN COALESCE(r.closed_on, r.closing_on) END", ("outcome",)),
        Put("expected_on", f"COALESCE(r.expected_on, CASE WHEN {IS_OVER} THEN t.expected_on ELSE r.closing_on END)",
            ("expected_on", "closing_on")),
        Put("reason_id", LOST_BECAUSE),
    ),
    apart=("r.customer_id", "r.name", "r.opened_on"),
    checks=(("no_closed_on", "outcome <> '' AND closed_on IS NULL"),),
    kept=(("opportunities", "min(opened_on) FROM import_rows"),),
)  # fmt: skip

CONTRACTS = Simple(
    "contracts", "contract",
    (CUSTOMER, *plain("name", "starts_on", "ends_on", "is_renewed"), PRODUCT_LINE, AMOUNT),
    apart=("r.customer_id", "r.name", "r.starts_on"),
    checks=(("ends_before_start", "ends_on < starts_on"),),
)  # fmt: skip

LOSSES = Simple(
    "losses", "loss",
    (
        CUSTOMER, *plain("lost_on"), Put("reason_id", "r.loss_reason_id", ("loss_reason",)),
        *text("competitor", "evidence"), *text("win_back", default="not_tried"), *plain("win_back_on"),
    ),
    apart=("r.customer_id", "r.lost_on"),
    checks=(("no_win_back_on", "win_back IN ('won_back', 'given_up') AND win_back_on IS NULL"),),
)  # fmt: skip

NEEDS = Simple(
    "needs", "need", (CUSTOMER, *plain("text", "raised_on", "met_on")),
    apart=("r.customer_id", "r.raised_on", "r.text"),
    checks=(("ends_before_start", "met_on < raised_on"),),
)  # fmt: skip

PROJECTS = Simple(
    "projects", "project", (CUSTOMER, *plain("name", "started_on", "ended_on"), *text("notes")),
    apart=("r.customer_id", "r.name", "r.started_on"),
    checks=(("ends_before_start", "ended_on < started_on"),),
)  # fmt: skip

SPEND = Simple(
    "spend", "spend", (*plain("channel", "month"), AMOUNT),
    natural=("channel", "month"),
    kept=(("acquisition", "min(month) FROM import_rows"),),
)  # fmt: skip

RECORDS = {
    record.kind: record
    for record in (CONTACTS, INTERACTIONS, FOLLOW_UPS, OPPORTUNITIES, CONTRACTS, LOSSES, NEEDS, PROJECTS, SPEND)
}
