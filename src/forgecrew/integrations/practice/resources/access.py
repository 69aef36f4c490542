"""Operations on the instance, accounts and what they may do."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.resources import collaborators, hooks, instance, people

operations = Operations(*(resource.operations for resource in (collaborators, hooks, instance, people)))
