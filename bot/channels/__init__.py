"""The ways in: each proves where a message came from and hands it to the one door."""
