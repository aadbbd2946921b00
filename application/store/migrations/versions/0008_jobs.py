"""Long work that was asked for: the line in which it waits, how far it is, what came out."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "jobs",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("job", sa.String(32), nullable=False, unique=True),
        sa.Column("title_json", sa.Text, nullable=False),
        sa.Column("work", sa.String(64), nullable=False, comment="name of what is done"),
        sa.Column("arguments_json", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("stop_asked", sa.Boolean, nullable=False),
        sa.Column("times_begun", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False, comment="the home whose worker does it"),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("steps_begun", sa.Integer, nullable=False),
        sa.Column("tasks", sa.Integer, nullable=False),
        sa.Column("tasks_done", sa.Integer, nullable=False),
        sa.Column("run", sa.String(64), nullable=False, comment="what shows the result, or empty"),
        sa.Column("error_json", sa.Text, nullable=True),
        sa.Column("starter_json", sa.Text, nullable=True, comment="who asked through the API"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("jobs_by_state", "jobs", ["state", "sequence"])


def downgrade() -> None:
    """Forgets what was asked for; results stay."""
    op.drop_table("jobs")
