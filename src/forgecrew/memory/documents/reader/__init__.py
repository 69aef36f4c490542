"""What runs inside the sandbox: a document's bytes in, its texts by place out. Standard library only, but for PDFs."""
