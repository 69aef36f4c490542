"""Features of source files and of reports, on a few of our own."""

from collections import Counter

import numpy as np

from forgecrew.memory.ranking.code import CodeFiles
from forgecrew.memory.ranking.code_given import NAMES as CODE
from forgecrew.memory.ranking.code_given import CodeQuestion, PastChange, Piece, SourceFile
from forgecrew.memory.ranking.fusion import shipped
from forgecrew.memory.ranking.reports import NAMES as REPORT
from forgecrew.memory.ranking.reports import SIGNS, Report, Reports
from forgecrew.memory.ranking.words import code_words


def file(path: str, source: str, *names: str) -> SourceFile:
    return SourceFile(path, Counter(code_words(f"{path} {source}")), frozenset(names), (Piece(Counter(code_words(source))),))


FILES = [
    file("app/mail.py", "def send_mail(address): smtp connect", "send_mail"),
    file("app/queue.py", "def take(timeout): wait for a job, retry", "take", "retrylater"),
    file("app/__init__.py", "version"),
]
PAST = [
    PastChange(tuple(code_words("Fix lost jobs")), ("app/queue.py",)),
    PastChange(("styl",), ("app/mail.py", "app/gone.py")),
]


def code(name: str, text: str) -> list[float]:
    return CodeFiles(FILES, PAST).features(CodeQuestion(text))[:, CODE.index(name)].tolist()


def test_words_names_paths_and_history_point_at_files() -> None:
    assert np.argmax(code("words", "retry of jobs")) == 1
    assert code("names_whole", "send_mail hangs") == [1, 0, 0]
    assert code("path_told", "see app/queue.py") == [0, 1, 0]
    assert code("stem_told", "the mail is late") == [1, 0, 0]
    assert np.argmax(code("past", "jobs are lost again")) == 1
    assert code("is_init", "x") == [0, 0, 1]


def test_shipped_weights_work_without_vectors() -> None:
    features = CodeFiles(FILES, PAST).features(CodeQuestion("send_mail hangs when smtp is down"))
    assert int(np.argmax(shipped("code_words").score(CODE, features))) == 0
    assert CodeFiles([], []).features(CodeQuestion("x")).shape == (0, len(CODE))


REPORTS = [
    Report("Worker hangs after reconnect", "it raises QueueClosedError at start"),
    Report("Upgrade netty to 4.1.77", "new version"),
    Report("Logo is blue", "it should be green"),
    Report("Upgrade netty to 4.1.89", "new version"),
    Report("Worker is stuck after a reconnect", "QueueClosedError again"),
]


def test_only_earlier_reports_are_candidates() -> None:
    reports = Reports(REPORTS)
    assert reports.features(4).shape == (4, len(REPORT))
    assert np.argmax(reports.features(4)[:, REPORT.index("words")]) == 0
    assert np.argmax(reports.features(4)[:, REPORT.index("frames")]) == 0


def test_the_next_version_is_another_report() -> None:
    differ = Reports(REPORTS).features(3)[:, REPORT.index("numbers_differ")]
    assert differ.tolist() == [0, 1, 0]


def test_signs_of_the_best_one() -> None:
    signs = Reports(REPORTS).signs(4, np.array([3.0, 1, 0, 0]))
    assert signs.shape == (len(SIGNS),) and signs[SIGNS.index("lead")] == 2
