"""Snapshots, runs, results and the audit chain, which may only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER audit_no_{action.lower()} BEFORE {action} ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"""
        for action in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$""",
        """CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
    ],
}


def upgrade() -> None:
    """Creates the tables and the triggers that protect the audit log."""
    _create_snapshots()
    _create_runs()
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry_json", sa.Text, nullable=False, comment="canonical JSON of the entry"),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    for statement in APPEND_ONLY.get(op.get_bind().dialect.name, []):
        op.execute(statement)


def _create_snapshots() -> None:
    op.create_table(
        "gst_snapshots",
        sa.Column("snapshot", sa.String(64), primary_key=True, comment="SHA-256 of every table"),
        sa.Column("gst", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("identity_json", sa.Text, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "sequence",
            sa.Integer,
            nullable=False,
            unique=True,
            comment="the highest is current",
        ),
    )
    op.create_table(
        "gst_tables",
        sa.Column(
            "snapshot", sa.String(64), sa.ForeignKey("gst_snapshots.snapshot"), primary_key=True
        ),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("parquet", sa.LargeBinary, nullable=False),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column(
            "run",
            sa.String(64),
            primary_key=True,
            comment="hash of all that the result depends on",
        ),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column(
            "snapshot", sa.String(64), sa.ForeignKey("gst_snapshots.snapshot"), nullable=False
        ),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("inputs_json", sa.Text, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, unique=True),
    )
    op.create_index("runs_by_kind", "runs", ["kind", "sequence"])
    op.create_table(
        "run_results",
        sa.Column("run", sa.String(64), sa.ForeignKey("runs.run"), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Removes everything this migration made."""
    for table in ("audit", "run_results", "runs", "gst_tables", "gst_snapshots"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_grows()")
