"""Bills, arrears, tariffs."""
