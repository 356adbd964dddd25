"""The requests about stored objects. A part of its own: it is shipped when the first of them comes."""
