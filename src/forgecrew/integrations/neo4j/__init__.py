"""Neo4j as a copy of the graph of memory."""
