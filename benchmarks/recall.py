"""How well memory finds what a question is about, on real data, with what others do in the same run.

  python -m benchmarks.recall --kind dialogue   --data locomo10.json [--train even --test odd | --test even --folds 5]
  python -m benchmarks.recall --kind code       --data cases.json --repo CLONE [--prefix src/]   (one of each per project)
  python -m benchmarks.recall --kind duplicates --data FOLDER [--learn FOLDER | --folds 5 [--ask FOLDER] [--judge FILE]]

--model is the folder of the embedding model (`forgecrew models install`), --cache a folder that keeps vectors between runs.
"""

import argparse
from pathlib import Path

from benchmarks._recall_data import BadData
from benchmarks._report import report
from forgecrew.core.errors import ConfigError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=("dialogue", "code", "duplicates"), required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--repo", type=Path, nargs="+", default=[])
    parser.add_argument(
        "--prefix", nargs="+", default=[], help="folder of the sources in each clone; else taken from the cases"
    )
    parser.add_argument("--train", choices=("even", "odd"), default="even")
    parser.add_argument("--test", choices=("even", "odd", "all"), default="odd")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--learn", type=Path, nargs="+", default=[], help="learn from these instead of the shipped weights")
    parser.add_argument("--ask", type=Path, help="duplicates: write the prompts of the pairs that a model is to compare here")
    parser.add_argument("--judge", type=Path, help="duplicates: its verdicts, JSON: newer:older → {verdict, reason}")
    parser.add_argument("--weights", type=Path, help="write what was learned here")
    parser.add_argument("--model", type=Path, default=Path.home() / ".config/forgecrew/models/minilm")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--words-only", action="store_true", help="code: without the embedding model")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if (options.ask or options.judge) and (options.kind != "duplicates" or options.folds < 2):
        parser.error("--ask and --judge need --kind duplicates and --folds 2 or more")
    if options.kind == "code" and len(options.repo) != len(options.data):
        parser.error("--kind code needs a --repo, the clone, for each --data")
    if options.kind == "dialogue":
        from benchmarks._recall_dialogue import run

        options.data = options.data[0]
    elif options.kind == "code":
        from benchmarks._recall_code import run
    else:
        from benchmarks._recall_reports import run
    try:
        figures, peers = run(options)
    except (BadData, ConfigError) as error:
        parser.exit(2, f"{error}\n")
    report(f"recall {options.kind}", figures, peers, options.json)


if __name__ == "__main__":
    main()
