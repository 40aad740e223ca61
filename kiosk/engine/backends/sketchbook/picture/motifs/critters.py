"""Birds, fish, insects, reptiles."""
