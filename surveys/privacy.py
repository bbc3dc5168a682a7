"""What surveys keep of a person: handed out to them, and erased.

Anonymous answers lead to nobody, so they can neither be handed out nor erased; the grades of the
others stay for the totals, without the words and without the address they were asked at.
"""

from django.db import connection
from django.db.models import QuerySet

from customers.models import Contact
from customers.privacy import traces
from customers.privacy.elsewhere import Keeper, Person

from .models import Answer, DeadAddress, Draft, Invitation, Mailing, Response


def _own(person: Person) -> dict[str, int]:
    return {"contact": person.contact} if person.contact else {"customer": person.customer}


def records(person: Person) -> dict[str, QuerySet]:
    """The invitations, the mails, and every answer that carries the person's name."""
    invitations = Invitation.objects.filter(**_own(person))
    responses = Response.objects.filter(**_own(person))
    return {
        "invitations": invitations,
        "survey_mails": Mailing.objects.filter(invitation__in=invitations),
        "responses": responses,
        "answers": Answer.objects.filter(response__in=responses),
    }


# What an import changed of the person's answers is kept in bundles of many people's.
OWN_IMAGES = """
    UPDATE customers_importchange log SET befores = (
        SELECT jsonb_agg(CASE WHEN (image ->> 'response_id')::bigint = ANY(%(own)s) AND image ->> 'text' <> ''
                              THEN jsonb_set(image, '{text}', to_jsonb(%(mark)s::text)) ELSE image END ORDER BY place)
        FROM jsonb_array_elements(log.befores) WITH ORDINALITY AS b (image, place)
    )
    WHERE target = 'answer' AND befores IS NOT NULL AND EXISTS (
        SELECT FROM jsonb_array_elements(log.befores) AS image
        WHERE (image ->> 'response_id')::bigint = ANY(%(own)s) AND image ->> 'text' <> '')
"""


def erase(person: Person, words: list[str]) -> dict[str, int]:
    """Texts, drafts and addresses go; grades and that somebody was asked stay, without a name."""
    own = records(person)
    contact = Contact.objects.filter(pk=person.contact or 0).first()
    counts = {
        "answers": own["answers"].exclude(text="").update(text=traces.MARK),
        "survey_mails": own["survey_mails"].update(mail_to="", error=""),
        "drafts": Draft.objects.filter(invitation__in=own["invitations"]).delete()[0],
        "dead_addresses": DeadAddress.objects.filter(email=contact.email.lower()).delete()[0] if contact else 0,
    }
    own["responses"].update(extra={}, origin="")
    with connection.cursor() as cursor:
        keys = list(own["responses"].values_list("pk", flat=True))
        cursor.execute(OWN_IMAGES, {"own": keys, "mark": traces.MARK})
    of_customer = "response_id IN (SELECT id FROM surveys_response WHERE customer_id = %s)"
    counts["answer_places"] = traces.blot_out(words, of_customer, ["surveys_answer"], [person.customer])
    return counts


KEEPER = Keeper(records, erase)
