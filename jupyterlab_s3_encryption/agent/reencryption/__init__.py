"""Re-encryption of stored objects: the plan, the probe, the run with its journal."""
