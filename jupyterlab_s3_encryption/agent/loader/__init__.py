"""How the agent gets into a kernel: the text that loads it, and the guard that blocks cells."""
