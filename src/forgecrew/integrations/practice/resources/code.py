"""Operations on repositories, pull requests and their reviews."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.resources import (
    file_writing,
    merging,
    pull_files,
    pulls,
    repositories,
    review_requests,
    reviews,
    statuses,
    wiki,
)

operations = Operations(
    *(
        resource.operations
        for resource in (file_writing, merging, pull_files, pulls, repositories, review_requests, reviews, statuses, wiki)
    )
)
