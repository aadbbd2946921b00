"""The stock ledger, which may only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER stock_postings_no_{action.lower()} BEFORE {action} ON stock_postings
        BEGIN SELECT RAISE(ABORT, 'the stock ledger only grows'); END"""
        for action in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """CREATE FUNCTION stock_ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the stock ledger only grows'; END $$""",
        """CREATE TRIGGER stock_ledger_only_grows BEFORE UPDATE OR DELETE ON stock_postings
        FOR EACH ROW EXECUTE FUNCTION stock_ledger_only_grows()""",
    ],
}


def upgrade() -> None:
    """Creates the table, its indexes and the triggers that protect it."""
    op.create_table(
        "stock_postings",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("posting", sa.String(200), nullable=False, unique=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("hospital", sa.String(64), nullable=False),
        sa.Column("medicine", sa.String(64), nullable=False),
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("expiry_date", sa.Date, nullable=False),
        sa.Column("units", sa.Integer, nullable=False, comment="always positive"),
        sa.Column("change_units", sa.Integer, nullable=False, comment="what it adds to the shelf"),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("gtin", sa.String(14), nullable=False),
        sa.Column("counterpart", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("writer", sa.String(64), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("units > 0", name="units_above_zero"),
    )
    op.create_index(
        "stock_postings_by_lot", "stock_postings", ["medicine", "hospital", "lot", "change_units"]
    )
    for statement in APPEND_ONLY.get(op.get_bind().dialect.name, []):
        op.execute(statement)


def downgrade() -> None:
    """Removes the ledger."""
    op.drop_table("stock_postings")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION stock_ledger_only_grows()")
