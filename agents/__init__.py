"""The agent's side of the domain, pure: console frames and their reducer, shift summary, survey scoring."""
