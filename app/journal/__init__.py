"""Pure: what a journal row is, the hash chain, and the unfolding into a timeline."""
