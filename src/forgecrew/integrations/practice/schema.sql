-- Tables of the practice forge; times are RFC 3339 in UTC, flags are 0 or 1.
CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    login TEXT NOT NULL COLLATE NOCASE UNIQUE,
    full_name TEXT NOT NULL,
    email TEXT NOT NULL,
    password TEXT NOT NULL,
    must_change_password INTEGER NOT NULL,
    is_admin INTEGER NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    last_eight TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (account_id, name)
);
CREATE TABLE IF NOT EXISTS repo (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id INTEGER NOT NULL REFERENCES account,
    name TEXT NOT NULL COLLATE NOCASE,
    description TEXT NOT NULL,
    private INTEGER NOT NULL,
    default_branch TEXT NOT NULL,
    empty INTEGER NOT NULL,
    last_number INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (owner_id, name)
);
CREATE TABLE IF NOT EXISTS collaborator (
    repo_id INTEGER NOT NULL REFERENCES repo,
    account_id INTEGER NOT NULL REFERENCES account,
    permission TEXT NOT NULL,
    PRIMARY KEY (repo_id, account_id)
);
CREATE TABLE IF NOT EXISTS label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id INTEGER NOT NULL REFERENCES repo,
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    description TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS issue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id INTEGER NOT NULL REFERENCES repo,
    number INTEGER NOT NULL,
    is_pull INTEGER NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES account,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    closed_at TEXT,
    UNIQUE (repo_id, number)
);
CREATE TABLE IF NOT EXISTS issue_label (
    issue_id INTEGER NOT NULL REFERENCES issue,
    label_id INTEGER NOT NULL REFERENCES label,
    PRIMARY KEY (issue_id, label_id)
);
CREATE TABLE IF NOT EXISTS assignee (
    issue_id INTEGER NOT NULL REFERENCES issue,
    account_id INTEGER NOT NULL REFERENCES account,
    PRIMARY KEY (issue_id, account_id)
);
CREATE TABLE IF NOT EXISTS comment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER NOT NULL REFERENCES issue,
    author_id INTEGER NOT NULL REFERENCES account,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_comment_issue ON comment (issue_id);
CREATE TABLE IF NOT EXISTS reaction (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER NOT NULL REFERENCES issue,
    comment_id INTEGER NOT NULL DEFAULT 0,
    account_id INTEGER NOT NULL REFERENCES account,
    content TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (issue_id, comment_id, account_id, content)
);
CREATE TABLE IF NOT EXISTS pull (
    issue_id INTEGER PRIMARY KEY REFERENCES issue,
    repo_id INTEGER NOT NULL REFERENCES repo,
    head TEXT NOT NULL,
    base TEXT NOT NULL,
    head_sha TEXT NOT NULL,
    base_sha TEXT NOT NULL,
    merge_base TEXT NOT NULL,
    merged_at TEXT,
    merged_by INTEGER REFERENCES account,
    merge_sha TEXT
);
CREATE TABLE IF NOT EXISTS review (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER NOT NULL REFERENCES issue,
    account_id INTEGER NOT NULL REFERENCES account,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    commit_sha TEXT NOT NULL,
    dismissed INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_review_issue ON review (issue_id);
CREATE TABLE IF NOT EXISTS remark (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    review_id INTEGER NOT NULL REFERENCES review,
    path TEXT NOT NULL,
    line INTEGER NOT NULL,
    body TEXT NOT NULL,
    commit_sha TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS hook (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id INTEGER NOT NULL REFERENCES repo,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    active INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account,
    issue_id INTEGER NOT NULL REFERENCES issue,
    unread INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (account_id, issue_id)
);
CREATE TABLE IF NOT EXISTS status (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id INTEGER NOT NULL REFERENCES repo,
    sha TEXT NOT NULL,
    context TEXT NOT NULL,
    state TEXT NOT NULL,
    description TEXT NOT NULL,
    target_url TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account,
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_status_sha ON status (repo_id, sha);
CREATE TABLE IF NOT EXISTS wiki_page (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repo_id INTEGER NOT NULL REFERENCES repo,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    sha TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account,
    updated_at TEXT NOT NULL,
    UNIQUE (repo_id, title)
);
