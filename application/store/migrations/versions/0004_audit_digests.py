"""Digests of audit entries, so that a text can be erased and the chain holds; stricter triggers.

What the triggers let through: an entry after the last one, and a text that becomes empty while
its digest and hashes stay. ``INSERT OR REPLACE`` fires no DELETE trigger on SQLite, so the place
of a new entry is checked too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IS_NEXT = "NEW.sequence = (SELECT coalesce(max(sequence), 0) + 1 FROM audit)"
ONLY_ERASES = """NEW.entry_json = '' AND OLD.digest IS NOT NULL AND NEW.digest = OLD.digest
    AND NEW.sequence = OLD.sequence AND NEW.hash = OLD.hash
    AND NEW.previous_hash = OLD.previous_hash"""

STRICTER = {
    "sqlite": [
        "DROP TRIGGER audit_no_update",
        f"""CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
        WHEN ({ONLY_ERASES}) IS NOT TRUE
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
        f"""CREATE TRIGGER audit_only_at_the_end BEFORE INSERT ON audit
        WHEN ({IS_NEXT}) IS NOT TRUE
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    ],
    "postgresql": [
        "DROP TRIGGER audit_only_grows ON audit",
        f"""CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
        IF TG_OP = 'UPDATE' AND ({ONLY_ERASES}) THEN RETURN NEW; END IF;
        IF TG_OP = 'INSERT' AND ({IS_NEXT}) THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the audit log only grows'; END $$""",
        """CREATE TRIGGER audit_only_grows BEFORE INSERT OR UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
        """CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
    ],
}
AS_BEFORE = {
    "sqlite": [
        "DROP TRIGGER audit_only_at_the_end",
        "DROP TRIGGER audit_no_update",
        """CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    ],
    "postgresql": [
        "DROP TRIGGER audit_is_not_emptied ON audit",
        "DROP TRIGGER audit_only_grows ON audit",
        """CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$""",
        """CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
    ],
}


def upgrade() -> None:
    """Adds the digests of what is written from now on; older entries keep their old hash."""
    op.add_column("audit", sa.Column("digest", sa.String(64), nullable=True))
    _run(STRICTER)


def downgrade() -> None:
    """Removes the digests. Entries that were written with one no longer verify without it."""
    _run(AS_BEFORE)
    op.execute("ALTER TABLE audit DROP COLUMN digest")


def _run(statements: dict[str, list[str]]) -> None:
    for statement in statements.get(op.get_bind().dialect.name, []):
        op.execute(statement)
