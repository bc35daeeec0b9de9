"""Call flows as data, and the pure interpreter that runs them."""
