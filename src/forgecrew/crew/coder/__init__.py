"""The coder turns an assigned issue into a tested draft pull request, answers its review and marks it ready."""
