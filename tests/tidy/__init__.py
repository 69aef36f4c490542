"""House rules that a machine can hold: imports, READMEs, names, words."""
