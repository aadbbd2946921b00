"""What only grows is neither replaced nor emptied; PostgreSQL is as the schema declares it.

``INSERT OR REPLACE`` fires no DELETE trigger on SQLite, and ``TRUNCATE`` fires none on PostgreSQL,
so the stock ledger and the registry get triggers for these too. A whole number of PostgreSQL ends
at 2,147,483,647, and one of SQLite does not: seeds are widened. SQLite keeps no comments.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

NOTHING_REPLACED = """CREATE TRIGGER stock_postings_no_replace BEFORE INSERT ON stock_postings
WHEN EXISTS (SELECT 1 FROM stock_postings
    WHERE sequence = NEW.sequence OR posting = NEW.posting)
BEGIN SELECT RAISE(ABORT, 'the stock ledger only grows'); END"""
NOT_EMPTIED = {"stock_postings": "stock_ledger_only_grows", "model_versions": "models_never_change"}

BEFORE = {"entry_json": "canonical JSON of the entry", "digest": None}
DECLARED = {
    "entry_json": "canonical JSON of the entry; '' is erased",
    "digest": "SHA-256 of the canonical JSON",
}


def upgrade() -> None:
    """Adds the triggers and widens the column that was narrow."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(NOTHING_REPLACED)
        return
    for table, function in NOT_EMPTIED.items():
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
    op.alter_column("runs", "seed", type_=sa.BigInteger, existing_type=sa.Integer)
    _comment(DECLARED)


def downgrade() -> None:
    """As before. A run whose seed does not fit stands in the way: nothing is cut."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER stock_postings_no_replace")
        return
    for table in NOT_EMPTIED:
        op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")
    op.alter_column("runs", "seed", type_=sa.Integer, existing_type=sa.BigInteger)
    _comment(BEFORE)


def _comment(comments: Mapping[str, str | None]) -> None:
    for column, comment in comments.items():
        op.alter_column("audit", column, comment=comment)
