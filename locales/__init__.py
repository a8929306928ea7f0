"""The languages and their lookup: a leaf that knows no other room."""
