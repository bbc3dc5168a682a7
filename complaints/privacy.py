"""What cases keep of a person: handed out to them, and erased."""

from django.db import connection
from django.db.models import QuerySet

from customers import attachments
from customers.privacy import traces
from customers.privacy.elsewhere import Keeper, Person

from .models import Case, CaseFile, CaseMessage

TOLD = ("subject", "text", "remedy_sought", "immediate_action", "proposal", "cause_text")
OF_CASES = ("complaints_casemessage", "complaints_correctiveaction", "complaints_casefile")


def _cases(person: Person) -> QuerySet[Case]:
    return (
        Case.objects.filter(contact=person.contact) if person.contact else Case.objects.filter(customer=person.customer)
    )


def records(person: Person) -> dict[str, QuerySet]:
    """The cases and all that was said about them to and by the person; notes inside are ours."""
    cases = _cases(person)
    said = CaseMessage.objects.filter(case__in=cases).exclude(direction=CaseMessage.Direction.NOTE)
    return {"cases": cases, "messages": said, "files": CaseFile.objects.filter(case__in=cases)}


def erase(person: Person, words: list[str]) -> dict[str, int]:
    """Files go, names and addresses too; of a person who is the customer, every word. What happened when stays."""
    keys = list(_cases(person).values_list("pk", flat=True))
    cases, messages = Case.objects.filter(pk__in=keys), CaseMessage.objects.filter(case__in=keys)
    counts = {"cases": len(keys), "case_files": attachments.delete(CaseFile.objects.filter(case__in=keys))}
    with traces.without_history():
        cases.update(sender_name="", sender_email="", sender_phone="", extra={})
        messages.update(sender="", mail_to="", mail_error="")
        if person.contact is None:
            cases.update(**dict.fromkeys(TOLD, traces.MARK))
            messages.update(subject="", text=traces.MARK, whole_text="")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_caseevent WHERE pgh_obj_id = ANY (%s)", [keys])
    # Others wrote about the person too, in any case of the customer.
    of_customer = "case_id IN (SELECT id FROM complaints_case WHERE customer_id = %s)"
    counts["case_places"] = traces.blot_out(words, "customer_id = %s", ["complaints_case"], [person.customer])
    counts["case_places"] += traces.blot_out(words, of_customer, OF_CASES, [person.customer])
    return counts


KEEPER = Keeper(records, erase)
