"""The people at the other end of the line: what they hear, what they do, who is in the directory."""
