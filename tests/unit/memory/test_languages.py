"""Texts in many languages are found by their words, without any embedder: also those that set no spaces between words."""

import pytest

from forgecrew.core.scope import Scope
from forgecrew.core.tokens import estimate
from forgecrew.memory.recall.asked import Asked
from forgecrew.memory.recall.recaller import Recaller
from forgecrew.memory.similar.find import similar
from forgecrew.store.database import Database

from .telling import REPO, remember, told

SAID = {
    1: ("Die Zeitangabe ist falsch", "Wenn die Dauer negativ ist, fehlt die Übersetzung der Zukunft."),
    2: ("文件大小显示错误", "调用时，二进制单位的文件大小显示不正确。一千零二十四字节应该显示为一KiB，但是显示成一kB。"),
    3: ("数字の書式が間違っている", "負の数を渡すと、桁区切りのカンマが正しい位置に入りません。日本語ロケールで確認しました。"),
    4: ("Неправильное склонение числительных", "На русском языке слово «месяцев» склоняется неверно."),
    5: ("파일 크기 표시 오류", "이진 단위의 파일 크기가 잘못 표시됩니다."),
    6: ("Mixed", "Die Funktion naturalsize表示 показывает Größe falsch."),
    7: ("A lamp", "It is dark in here."),
}
ASKED = {
    "Übersetzung der Zukunft": 1, "文件大小": 2, "二进制单位": 2, "为什么大小不正确": 2, "数字の書式": 3, "負の数の桁区切り": 3,
    "склонение месяцев": 4, "파일 크기": 5, "크기가 이진": 5, "naturalsize": 6, "показывает größe": 6,
}  # fmt: skip


@pytest.mark.parametrize("repo", ["", str(REPO)])
async def test_each_language_finds_its_text(database: Database, repo: str) -> None:
    await remember(
        database, [told("issue.opened", number=n, minutes=n, title=title, body=body) for n, (title, body) in SAID.items()]
    )
    recaller = Recaller(database)
    for question, number in ASKED.items():
        found = (await recaller.recall(Asked(question, Scope(), repo=repo))).lines
        assert found and found[0].url.endswith(f"/issues/{number}"), question
    assert (await recaller.recall(Asked("汽车保险", Scope()))).lines == [], "nothing is about it"


async def test_long_texts_without_spaces_keep_to_the_room(sqlite_database: Database) -> None:
    await remember(sqlite_database, [told("issue.opened", number=1, title="大小", body=SAID[2][1] * 40)])
    found = await Recaller(sqlite_database).recall(Asked("二进制单位的文件大小", Scope(), 300))
    assert found.lines and all("…" in line.text and estimate(line.text) <= 150 for line in found.lines) and found.tokens <= 300


async def test_earlier_reports_in_other_scripts_are_alike(sqlite_database: Database) -> None:
    opened = [told("issue.opened", number=n, minutes=n, title=title, body=body) for n, (title, body) in SAID.items()]
    again = [
        told("issue.opened", number=20 + n, minutes=60, title=f"{SAID[n][0]}!", body=f"{SAID[n][1]} Again.") for n in (2, 3, 4)
    ]
    await remember(sqlite_database, [*opened, *again])
    async with sqlite_database.read() as connection:
        for n in (2, 3, 4):
            found = await similar(connection, Scope(), REPO, 20 + n)
            assert found and found[0].key == f"{REPO}#{n}", n
