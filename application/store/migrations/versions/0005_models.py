"""Registered versions of models with their artefacts: written once, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WRITTEN_ONCE = {
    "sqlite": [
        *(
            f"""CREATE TRIGGER model_versions_no_{action.lower()} BEFORE {action} ON model_versions
            BEGIN SELECT RAISE(ABORT, 'a registered model is never changed'); END"""
            for action in ("UPDATE", "DELETE")
        ),
        """CREATE TRIGGER model_versions_no_replace BEFORE INSERT ON model_versions
        WHEN EXISTS (SELECT 1 FROM model_versions
            WHERE name = NEW.name AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'a registered model is never changed'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION models_never_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a registered model is never changed'; END $$""",
        """CREATE TRIGGER models_never_change BEFORE UPDATE OR DELETE ON model_versions
        FOR EACH ROW EXECUTE FUNCTION models_never_change()""",
    ],
}


def upgrade() -> None:
    """Creates the registry and its triggers."""
    op.create_table(
        "model_versions",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("document_json", sa.Text, nullable=False, comment="canonical JSON"),
        sa.Column("artefact", sa.LargeBinary, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    )
    for statement in WRITTEN_ONCE.get(op.get_bind().dialect.name, []):
        op.execute(statement)


def downgrade() -> None:
    """Removes the registry."""
    op.drop_table("model_versions")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION models_never_change()")
