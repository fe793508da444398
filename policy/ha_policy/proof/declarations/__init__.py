"""What components declare about their request paths and availability, and whether the graph agrees."""
