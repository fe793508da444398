"""The report: as data, as a page, as Markdown, and the comparison of two."""
