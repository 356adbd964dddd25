"""What a plan keeps of each object, on disk, so that memory does not grow with their number."""
