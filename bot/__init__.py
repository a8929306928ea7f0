"""The shell and the composition root: the only room that does input and output with people."""
