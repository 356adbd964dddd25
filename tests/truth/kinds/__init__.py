"""More kinds of situations in the Spark of the process; `make soak` runs them."""
