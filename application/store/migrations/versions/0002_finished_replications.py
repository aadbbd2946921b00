"""Replications of runs that were stopped, so that the same run again repeats none of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates their table."""
    op.create_table(
        "finished_replications",
        sa.Column("run", sa.String(128), primary_key=True, comment="of a run that is not finished"),
        sa.Column("replication", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Removes it: what was kept is computed again."""
    op.drop_table("finished_replications")
