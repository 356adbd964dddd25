"""What a profile is, and which properties it means for a connector."""
