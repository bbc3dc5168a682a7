"""An index of what the ranked list filters customers by, narrow enough to count matches from.

It stands here and not in the model, because only scoring's list asks for it: rows of customers
are wide, and counting those of a tier and a band read them one by one.
"""

from django.db import migrations

CREATE = """
CREATE INDEX customer_list_filters ON customers_customer (tier, segment, region, owner_id, id);
"""
DROP = "DROP INDEX customer_list_filters;"


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_score_store"), ("customers", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
