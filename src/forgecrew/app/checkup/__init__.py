"""What `forgecrew doctor` looks at: one file per part, each giving findings and raising nothing."""
