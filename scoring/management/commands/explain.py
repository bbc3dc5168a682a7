import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crmquality.office.models import Organisation
from customers.models import Customer
from scoring.explaining import Explanation, NotScored, explain_customer
from scoring.wording import value_in_words


class Command(BaseCommand):
    help = "Say why a customer's stored score is what it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("customer", help="the customer's code")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, help="YYYY-MM-DD; default newest")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        customer = Customer.objects.filter(code=options["customer"]).first()
        if customer is None:
            raise CommandError(f"There is no customer with the code {options['customer']}.")
        try:
            explanation = explain_customer(customer, options["as_of"])
        except NotScored as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(explanation.to_dict(), ensure_ascii=False))
        else:
            self.write_table(explanation)

    def write_table(self, explanation: Explanation) -> None:
        result, currency = explanation.to_dict(), Organisation.load().currency
        score = "—" if result["score"] is None else f"{result['score']:.1f}"
        self.stdout.write(
            f"{result['customer']} as of {result['as_of']} by {result['model']} "
            f"v{result['version']}: {score}, band {result['band']}, "
            f"coverage {result['coverage']:.0%}, range {result['low']:.1f}-{result['high']:.1f}"
        )
        for row in explanation.indicators:
            reading = value_in_words(row.indicator, row.reading, currency)
            if row.points is None:
                reason = row.no_data_because or "There is no scale for it: too few customers, or all alike."
                self.stdout.write(f"  {row.id:<24} {reading:>18}  {reason}")
                continue
            self.stdout.write(
                f"  {row.id:<24} {reading:>18} {row.points:>6.1f} points x {row.weight:.3f}"
                f" = {row.contribution:>6.2f}  ({row.records} record{'' if row.records == 1 else 's'})"
            )
