"""After the fact: the national indicators week by week, and what changed on a day."""
