"""The score store: tables partitioned by as-of day (Django cannot declare them).

Partitions are made on demand and dropped by `scoring.partitions`. A statement trigger freezes
published rows; DETACH and DROP of a whole partition remain possible, for retention.
"""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
