"""Who may do what: callers, the policies of buckets, keys and users, and the keys of KMS."""
