"""Bad input at volume: mutated files, texts, tokens and requests for the code that reads them."""
