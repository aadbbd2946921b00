"""Seeds of any size: a whole number of PostgreSQL ends at 2,147,483,647, one of SQLite does not."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Widens the column where it was narrow."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("runs", "seed", type_=sa.BigInteger, existing_type=sa.Integer)


def downgrade() -> None:
    """Makes it narrow again; a run whose seed does not fit stands in the way, and is kept."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("runs", "seed", type_=sa.Integer, existing_type=sa.BigInteger)
