"""Taking in what a repository held before the crew came."""
