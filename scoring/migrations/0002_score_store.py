"""The score store: tables partitioned by as-of day (Django cannot declare them).

Partitions are made on demand and dropped by `scoring.partitions`. A statement trigger freezes
published rows; DETACH and DROP of a whole partition remain possible, for retention.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE SEQUENCE scoring_score_id_seq;
CREATE TABLE scoring_score (
    id bigint NOT NULL DEFAULT nextval('scoring_score_id_seq'),
    as_of date NOT NULL,
    run_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    model_id bigint NOT NULL,
    score double precision,
    coverage real NOT NULL,
    low real,
    high real,
    band varchar(12) NOT NULL,
    segment varchar(100) NOT NULL,
    tier varchar(1) NOT NULL,
    stage varchar(10) NOT NULL,
    owner_id bigint,
    CONSTRAINT score_key PRIMARY KEY (as_of, customer_id, run_id),
    CONSTRAINT score_in_range CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT score_coverage_in_range CHECK (coverage BETWEEN 0 AND 1)
) PARTITION BY RANGE (as_of);
ALTER SEQUENCE scoring_score_id_seq OWNED BY scoring_score.id;
CREATE INDEX score_of_customer ON scoring_score (customer_id, as_of);

CREATE SEQUENCE scoring_reading_id_seq;
CREATE TABLE scoring_reading (
    id bigint NOT NULL DEFAULT nextval('scoring_reading_id_seq'),
    as_of date NOT NULL,
    run_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    values real[] NOT NULL,
    records integer[] NOT NULL,
    CONSTRAINT reading_key PRIMARY KEY (as_of, customer_id, run_id)
) PARTITION BY RANGE (as_of);
ALTER SEQUENCE scoring_reading_id_seq OWNED BY scoring_reading.id;

CREATE FUNCTION scoring_freeze_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM scoring_run r
        WHERE r.status = 'published' AND r.id IN (SELECT DISTINCT run_id FROM old_rows)
    ) THEN
        RAISE EXCEPTION 'Rows of a published run are frozen.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER score_frozen_on_update AFTER UPDATE ON scoring_score
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION scoring_freeze_rows();
CREATE TRIGGER score_frozen_on_delete AFTER DELETE ON scoring_score
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION scoring_freeze_rows();
CREATE TRIGGER reading_frozen_on_update AFTER UPDATE ON scoring_reading
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION scoring_freeze_rows();
CREATE TRIGGER reading_frozen_on_delete AFTER DELETE ON scoring_reading
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION scoring_freeze_rows();
"""

DROP = """
DROP TABLE scoring_reading;
DROP TABLE scoring_score;
DROP FUNCTION scoring_freeze_rows();
"""


# What Django believes of the tables.
STATE = [
    migrations.CreateModel(
        name="Reading",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("as_of", models.DateField(verbose_name="as of")),
            ("customer_id", models.BigIntegerField()),
            ("values", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
            ("records", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
        ],
        options={
            "verbose_name": "reading",
            "verbose_name_plural": "readings",
        },
    ),
    migrations.CreateModel(
        name="Score",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("as_of", models.DateField(verbose_name="as of")),
            ("customer_id", models.BigIntegerField()),
            ("score", models.FloatField(null=True, verbose_name="score")),
            ("coverage", models.FloatField(verbose_name="coverage")),
            ("low", models.FloatField(null=True)),
            ("high", models.FloatField(null=True)),
            (
                "band",
                models.CharField(
                    choices=[
                        ("A", "A"),
                        ("B", "B"),
                        ("C", "C"),
                        ("D", "D"),
                        ("E", "E"),
                        ("insufficient", "Insufficient data"),
                    ],
                    max_length=12,
                    verbose_name="band",
                ),
            ),
            ("segment", models.CharField(blank=True, max_length=100, verbose_name="segment")),
            (
                "tier",
                models.CharField(
                    blank=True,
                    choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
                    max_length=1,
                    verbose_name="tier",
                ),
            ),
            (
                "stage",
                models.CharField(
                    blank=True,
                    choices=[
                        ("prospect", "Prospect"),
                        ("new", "New"),
                        ("growing", "Growing"),
                        ("mature", "Mature"),
                        ("declining", "Declining"),
                        ("lapsed", "Lapsed"),
                        ("lost", "Lost"),
                    ],
                    max_length=10,
                    verbose_name="life-cycle stage",
                ),
            ),
            ("owner_id", models.BigIntegerField(null=True)),
        ],
        options={
            "verbose_name": "score",
            "verbose_name_plural": "scores",
        },
    ),
    migrations.AddField(
        model_name="reading",
        name="run",
        field=models.ForeignKey(
            db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to="scoring.run"
        ),
    ),
    migrations.AddField(
        model_name="score",
        name="model",
        field=models.ForeignKey(
            db_constraint=False,
            db_index=False,
            on_delete=django.db.models.deletion.DO_NOTHING,
            to="scoring.evaluationmodel",
        ),
    ),
    migrations.AddField(
        model_name="score",
        name="run",
        field=models.ForeignKey(
            db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to="scoring.run"
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState([migrations.RunSQL(CREATE, DROP)], STATE),
    ]
