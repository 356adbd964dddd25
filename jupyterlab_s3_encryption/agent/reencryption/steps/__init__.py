"""A plan and its run in steps: a part of them for each request. Must not know: how an object is changed."""
