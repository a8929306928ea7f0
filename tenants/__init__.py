"""The services that share this house and what is particular to each: a leaf."""
