from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_importrun_begun_at'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='left_empty',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
