"""Break one availability property of a recorded stack at a time, and see which mandatory rules notice.

`python -m tests.policy.mutation preview.json` prints the table for the output of `pulumi preview --json` (or for a
state from `pulumi stack export`).
"""
