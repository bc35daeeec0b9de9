"""Everything of the hotline that touches the world: web edge, use cases, database, carrier, live feeds."""
