"""Answers of the API to requests that carry a key, so that one sent again is done once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "api_answers",
        sa.Column("account", sa.String(64), primary_key=True, comment="folded name of who asked"),
        sa.Column(
            "key", sa.String(128), primary_key=True, comment="the Idempotency-Key of the request"
        ),
        sa.Column(
            "request_hash",
            sa.String(64),
            nullable=False,
            comment="SHA-256 of method, path and body",
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer, nullable=True, comment="NULL until there is an answer"),
        sa.Column("headers_json", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Forgets the answers: a request that is sent again is done again."""
    op.drop_table("api_answers")
