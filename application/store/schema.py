"""Tables of the database. Alembic's migrations build them; the code reads them through these."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

gst_snapshots = Table(
    "gst_snapshots",
    metadata,
    Column("snapshot", String(64), primary_key=True, comment="SHA-256 of every table"),
    Column("gst", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("identity_json", Text, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    Column("sequence", Integer, nullable=False, unique=True, comment="the highest is current"),
)

gst_tables = Table(
    "gst_tables",
    metadata,
    Column("snapshot", ForeignKey("gst_snapshots.snapshot"), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("parquet", LargeBinary, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run", String(64), primary_key=True, comment="hash of all that the result depends on"),
    Column("kind", String(32), nullable=False),
    Column("snapshot", ForeignKey("gst_snapshots.snapshot"), nullable=False),
    Column("seed", Integer().with_variant(BigInteger(), "postgresql"), nullable=False),
    Column("inputs_json", Text, nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("sequence", Integer, nullable=False, unique=True),
    Index("runs_by_kind", "kind", "sequence"),
)

run_results = Table(
    "run_results",
    metadata,
    Column("run", ForeignKey("runs.run"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

finished_replications = Table(
    "finished_replications",
    metadata,
    Column("run", String(128), primary_key=True, comment="of a run that is not finished"),
    Column("replication", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

stock_postings = Table(
    "stock_postings",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("posting", String(200), nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("hospital", String(64), nullable=False),
    Column("medicine", String(64), nullable=False),
    Column("lot", String(64), nullable=False),
    Column("expiry_date", Date, nullable=False),
    Column("units", Integer, nullable=False, comment="always positive"),
    Column("change_units", Integer, nullable=False, comment="what it adds to the shelf"),
    Column("unit", String(32), nullable=False),
    Column("gtin", String(14), nullable=False),
    Column("counterpart", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("writer", String(64), nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("units > 0", name="units_above_zero"),
    Index("stock_postings_by_lot", "medicine", "hospital", "lot", "change_units"),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("entry_json", Text, nullable=False, comment="canonical JSON of the entry; '' is erased"),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("digest", String(64), nullable=True, comment="SHA-256 of the canonical JSON"),
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("document_json", Text, nullable=False, comment="canonical JSON"),
    Column("artefact", LargeBinary, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account", String(64), primary_key=True, comment="folded to lower case"),
    Column("name", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("hospitals_json", Text, nullable=False),
    Column("password_hash", String(256), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("closed_until", DateTime(timezone=True), nullable=True),
    Column("is_active", Boolean, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the token"),
    Column("account", ForeignKey("accounts.account"), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

api_answers = Table(
    "api_answers",
    metadata,
    Column("account", String(64), primary_key=True, comment="folded name of who asked"),
    Column("key", String(128), primary_key=True, comment="the Idempotency-Key of the request"),
    Column("request_hash", String(64), nullable=False, comment="SHA-256 of method, path and body"),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("status", Integer, nullable=True, comment="NULL until there is an answer"),
    Column("headers_json", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("job", String(32), nullable=False, unique=True),
    Column("title_json", Text, nullable=False),
    Column("work", String(64), nullable=False, comment="name of what is done"),
    Column("arguments_json", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stop_asked", Boolean, nullable=False),
    Column("times_begun", Integer, nullable=False),
    Column("place", Text, nullable=False, comment="the home whose worker does it"),
    Column("step", Text, nullable=False),
    Column("steps_begun", Integer, nullable=False),
    Column("tasks", Integer, nullable=False),
    Column("tasks_done", Integer, nullable=False),
    Column("run", String(64), nullable=False, comment="what shows the result, or empty"),
    Column("error_json", Text, nullable=True),
    Column("starter_json", Text, nullable=True, comment="who asked through the API"),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True), nullable=True),
    Index("jobs_by_state", "state", "sequence"),
)
