"""The only SQL, the only keys, the only Redis."""
