"""Photos from sites: what counts as one, and the folder that holds them."""
