"""A writer of its own process: posts so many issues, one transaction each, or batches for ever.

python ledger_writer.py URL NAME COUNT LOTS [BATCH]
"""

from __future__ import annotations

import sys
from datetime import date

from application.store.database import Database
from application.store.stock_ledger import Batch, post
from inventory.ledger import Posting, PostingKind

DAY, EXPIRY = date(2026, 11, 23), date(2027, 11, 23)


def issue(name: str, lot: str) -> Posting:
    return Posting(name, DAY, PostingKind.ISSUE, "H1", "M", lot, EXPIRY, 1, "tablet")


def main() -> None:
    url, writer, count, lots = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    size = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    database = Database(url)
    for at in range(count):
        batch = [issue(f"{writer}-{at}-{line}", f"L{(at + line) % lots}") for line in range(size)]
        post(database, batch, Batch(writer))
        if size > 1:
            sys.stdout.write(f"{at}\n")
            sys.stdout.flush()
    database.close()


if __name__ == "__main__":
    main()
