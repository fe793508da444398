"""The payments platform's services that clients read: ledger and risk."""
