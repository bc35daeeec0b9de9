"""What objects look like to those outside: typed, masked for the one who looks, shared by HTTP and sockets."""
