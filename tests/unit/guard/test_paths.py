import pytest

from forgecrew.guard.paths import forbidden


@pytest.mark.parametrize(
    "path",
    [
        ".gitea/workflows/ci.yml",
        ".github/workflows/x.yaml",
        ".forgejo/workflows/x.yml",
        ".GitHub/Workflows/x.yml",
        ".github/actions/build/action.yml",
        "CODEOWNERS",
        ".gitea/CODEOWNERS",
        "docs/CODEOWNERS",
        ".forgecrew/role.toml",
        ".forgecrew",
        "AGENTS.md",
        "sub/CLAUDE.md",
        ".gitmodules",
        ".git/hooks/pre-commit",
        "a/.GIT/config",
        "git~1/config",
        "../x",
        "a/../../x",
        "/etc/passwd",
        ".g\u200bithub/workflows/x.yml",
        ".github\\workflows\\x.yml",
        ".github./workflows/x",
        "./.github/workflows/x.yml",
        ".drone.yml",
        ".gitlab-ci.yml",
        "Jenkinsfile",
        ".claude/settings.json",
        ".github/workflows",
        ".woodpecker.yml",
        ".woodpecker/a.yml",
    ],
)
def test_forbidden(path: str) -> None:
    assert forbidden(["src/a.py", path]) == [path]


@pytest.mark.parametrize(
    "path",
    [
        "src/a.py",
        ".github/ISSUE_TEMPLATE/bug.md",
        "docs/workflows/x.yml",
        ".gitignore",
        ".gitattributes",
        "codeowners.py",
        "a/..b",
        "x.git/y",
    ],
)
def test_allowed(path: str) -> None:
    assert forbidden([path]) == []
