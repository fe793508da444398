"""The report as data, HTML, Markdown and JSON, and the comparison of two reports."""
