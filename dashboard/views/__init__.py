"""One page a job. A page reads its widgets, asks ``application``, and draws."""
