"""What pages share: the head of a page, tables, the form of a decision, the state of a job."""
