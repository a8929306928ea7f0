"""What every messaging app shares: who writes, when we may answer, and what is taken away again."""
