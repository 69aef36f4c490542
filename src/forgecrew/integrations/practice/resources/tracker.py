"""Operations on issues and everything said about them."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.resources import comments, issue_search, issues, labels, notifications

operations = Operations(*(resource.operations for resource in (comments, issue_search, issues, labels, notifications)))
