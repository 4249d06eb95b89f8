"""The report of a whole walk: what it says, and how it is set as HTML and as PDF."""
