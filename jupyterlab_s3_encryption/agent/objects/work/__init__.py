"""How work of ours is done beside the user's: in slices of time, and as jobs of their Spark."""
