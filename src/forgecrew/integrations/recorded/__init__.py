"""A chat model that replays recorded answers, and the recorder that makes such a file."""
