"""Erasing a person everywhere: rows, history, logs, files and free text; totals stay.

One transaction; done twice, the second finds nothing. What identifies only this person is blotted
out wherever it stands. A name or number that somebody else has too is blotted out in the records
of this person's customer only, because nobody else's data may suffer.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from crmquality.office.models import Member

from .. import attachments
from ..models import Attachment, Contact, Customer, FollowUp, Interaction, PersonalDataLog
from . import elsewhere, files, traces
from .elsewhere import Person

# Of a person who is a customer: what may tell who it was. Amounts, days and codes stay.
EMPTIED = ("phone", "email", "external_source", "external_id", "acquisition_channel")


@transaction.atomic
def erase_contact(contact: Contact, member: Any) -> PersonalDataLog:
    """Erase one person at a customer; what was done with the customer stays, without the name."""
    words = traces.patterns([contact.name], [contact.email], [contact.phone, contact.mobile])
    own = traces.patterns(
        _unless_shared("name", contact), _unless_shared("email", contact), _numbers_unless_shared(contact)
    )
    key, talks = contact.pk, Interaction.objects.filter(contact=contact)
    counts = {
        "attachments": attachments.delete(Attachment.objects.filter(interaction__in=talks)),
        "interactions": talks.count(),
        "follow_ups": FollowUp.objects.filter(contact=contact).count(),
        "consents": contact.consents.count(),
    }
    counts |= elsewhere.erase(Person(contact.customer_id, contact.pk), words)
    with traces.without_history():
        contact.delete()  # which takes the key away from the object
    counts["earlier_states"] = _forget_states("customers_contactevent", key)
    counts["earlier_states"] += _forget_states("customers_consentevent", key, "contact_id")
    counts["places"] = _blot_out_of_customer(words, contact.customer_id, key) + traces.blot_out(own)
    counts["files"] = files.forget([contact.name, contact.email])
    return _logged(member, f"contact {key} of customer {contact.customer_id}", counts)


@transaction.atomic
def erase_customer(customer: Customer, member: Any) -> PersonalDataLog:
    """Erase a person who is a customer: orders and amounts stay under a name without meaning."""
    if customer.kind != Customer.Kind.PERSON:
        raise ValueError("Only persons are erased; of an organisation, erase its contacts.")
    words = traces.patterns([customer.name], [customer.email], [customer.phone])
    same_name = Customer.objects.filter(name__iexact=customer.name).exclude(pk=customer.pk).exists()
    own = traces.patterns([] if same_name else [customer.name], [customer.email], [customer.phone])
    counts = {"contacts": 0, "attachments": attachments.delete(customer.attachments.all())}
    counts |= elsewhere.erase(Person(customer.pk), words)
    for contact in customer.contacts.all():
        erase_contact(contact, member)
        counts["contacts"] += 1
    name, email = customer.name, customer.email
    with traces.without_history():
        Customer.objects.filter(pk=customer.pk).update(
            name=f"Erased {customer.code}", extra={}, credit_grade="", **dict.fromkeys(EMPTIED, "")
        )
        counts["emptied"] = _empty_records(customer.pk)
    counts["earlier_states"] = _forget_states("customers_customerevent", customer.pk)
    counts["places"] = _blot_out_of_customer(words, customer.pk, None) + traces.blot_out(own)
    counts["files"] = files.forget([name, email])
    return _logged(member, f"customer {customer.pk}", counts)


def _logged(member: Any, what: str, counts: dict[str, int]) -> PersonalDataLog:
    """That it was done, by whom and how much; never of whom."""
    return PersonalDataLog.objects.create(member=member, action=PersonalDataLog.Action.ERASED, what=what, counts=counts)


def _unless_shared(field: str, contact: Contact) -> list[str]:
    """The value, unless another contact, customer or member has it too."""
    value = getattr(contact, field)
    if not value:
        return []
    others = Contact.objects.filter(**{f"{field}__iexact": value}).exclude(pk=contact.pk)
    customers = Customer.objects.filter(**{f"{field}__iexact": value})
    if field == "email":
        members = Member.objects.filter(email__iexact=value)
    else:
        members = Member.objects.filter(Q(username__iexact=value) | Q(first_name__iexact=value))
    return [] if others.exists() or customers.exists() or members.exists() else [value]


def _numbers_unless_shared(contact: Contact) -> list[str]:
    keys = contact.phone_keys or []
    shared = Contact.objects.filter(phone_keys__overlap=keys).exclude(pk=contact.pk)
    if shared.exists() or Customer.objects.filter(phone_keys__overlap=keys).exists():
        return []
    return [contact.phone, contact.mobile]


def _forget_states(table: str, key: int, column: str = "pgh_obj_id") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [key])
        return int(cursor.rowcount)


def _empty_records(customer: int) -> int:
    """The free text and other columns of all records of the customer, and their earlier states."""
    changed = 0
    with connection.cursor() as cursor:
        for table in traces.tables_of_customers():
            if table.endswith("event"):
                cursor.execute(f"DELETE FROM {table} WHERE customer_id = %s", [customer])
                changed += cursor.rowcount
        for table, columns in _free_text().items():
            assigned = ", ".join(f'"{name}" = {value}' for name, value in columns.items())
            cursor.execute(f"UPDATE {table} SET {assigned} WHERE customer_id = %s", [customer])
            changed += cursor.rowcount
    return changed


FREE_TEXT = {"subject", "notes", "outcome", "evidence", "competitor", "text"}


def _free_text() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    own = set(traces.tables_of_customers())
    for column in traces.text_columns():
        if column.table not in own or column.table.endswith("event"):
            continue
        if column.name == "extra":
            tables.setdefault(column.table, {})[column.name] = "'{}'"
        elif column.name in FREE_TEXT and column.table != "customers_opportunity":
            tables.setdefault(column.table, {})[column.name] = f"'{traces.MARK}'"
    return tables


# Before-images of imports are bundles of many customers'; only this one's are touched.
OWN_IMAGES = """
    UPDATE customers_importchange log SET (row_ids, marks, befores) = (
        SELECT COALESCE(array_agg(id ORDER BY place), '{}'), COALESCE(array_agg(mark ORDER BY place), '{}'),
               COALESCE(jsonb_agg(image ORDER BY place), '[]') FROM (
            SELECT id, mark, place,
                   CASE WHEN image ->> 'customer_id' = %(customer)s AND %(words)s <> ''
                        THEN regexp_replace(image::text, %(words)s, %(mark)s, 'gi')::jsonb ELSE image END AS image
            FROM unnest(log.row_ids, log.marks) WITH ORDINALITY AS row (id, mark, place)
            CROSS JOIN LATERAL (SELECT log.befores -> (place::int - 1) AS image) AS i
            WHERE NOT (log.target = %(target)s AND id = %(key)s)
        ) AS kept
    )
    WHERE befores IS NOT NULL AND ((log.target = %(target)s AND %(key)s = ANY (log.row_ids))
        OR jsonb_path_exists(befores, '$[*] ? (@.customer_id == $c)', jsonb_build_object('c', %(customer)s::bigint)))
"""


def _blot_out_of_customer(words: list[str], customer: int, contact: int | None) -> int:
    """In the records, earlier states and logs of one customer; before-images of the person's row go."""
    changed = traces.blot_out(words, "customer_id = %s", traces.tables_of_customers(), [customer])
    changed += traces.blot_out(words, "id = %s", ["customers_customer", "customers_customerevent"], [customer])
    # The lines that an import refused are nobody's records yet.
    changed += traces.blot_out(words, tables=["customers_importrejection"])
    target, key = ("contact", contact) if contact else ("customer", customer)
    params: dict[str, str | int] = {"words": "|".join(words), "customer": str(customer), "target": target, "key": key}
    params["mark"] = traces.MARK
    with connection.cursor() as cursor:
        cursor.execute(OWN_IMAGES, params)
        return changed + int(cursor.rowcount)
