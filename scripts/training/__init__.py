"""Training recipe of the built-in Chinese-English sentence encoder, one step a file."""
