import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0002_imports"),
    ]

    operations = [
        migrations.DeleteModel(name="ImportChange"),
        migrations.CreateModel(
            name="ImportChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("target", models.CharField(max_length=20)),
                ("row_ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("marks", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("befores", models.JSONField(null=True)),
                ("run", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="customers.importrun")),
            ],
            options={"verbose_name": "imported rows", "verbose_name_plural": "imported rows"},
        ),
        migrations.AlterField(
            model_name="importrejection",
            name="run",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                related_name="rejections", to="customers.importrun"),
        ),
    ]
