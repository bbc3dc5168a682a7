import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.models import Customer
from scoring.explaining import NotScored, explain_customer


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
        result = explanation.to_dict()
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.write_table(result)

    def write_table(self, result: dict[str, Any]) -> None:
        score = "—" if result["score"] is None else f"{result['score']:.1f}"
        self.stdout.write(
            f"{result['customer']} as of {result['as_of']} by {result['model']} "
            f"v{result['version']}: {score}, band {result['band']}, "
            f"coverage {result['coverage']:.0%}, range {result['low']:.1f}-{result['high']:.1f}"
        )
        for row in result["indicators"]:
            if row["reading"] is None:
                self.stdout.write(f"  {row['id']:<24} —  {row['no_data_because']}")
                continue
            self.stdout.write(
                f"  {row['id']:<24} {row['reading']:>14.2f} {row['unit']:<12}"
                f" {row['points']:>6.1f} points x {row['weight']:.3f}"
                f" = {row['contribution']:>6.2f}  ({row['records']} records)"
            )
