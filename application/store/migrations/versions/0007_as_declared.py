"""PostgreSQL as the schema declares it: seeds of any size, and comments on the record.

A whole number of PostgreSQL ends at 2,147,483,647, and one of SQLite does not; SQLite keeps no
comments. So nothing is done there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BEFORE = {"entry_json": "canonical JSON of the entry", "digest": None}
DECLARED = {
    "entry_json": "canonical JSON of the entry; '' is erased",
    "digest": "SHA-256 of the canonical JSON",
}


def upgrade() -> None:
    """Widens the column that was narrow, and says what an empty text means."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("runs", "seed", type_=sa.BigInteger, existing_type=sa.Integer)
        _comment(DECLARED)


def downgrade() -> None:
    """As before. A run whose seed does not fit stands in the way: nothing is cut."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("runs", "seed", type_=sa.Integer, existing_type=sa.BigInteger)
        _comment(BEFORE)


def _comment(comments: dict[str, str | None]) -> None:
    for column, comment in comments.items():
        op.alter_column("audit", column, comment=comment)
