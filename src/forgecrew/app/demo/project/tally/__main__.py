"""The command line: report and settle."""

import sys
from pathlib import Path

from tally.balance import balances, settle
from tally.costs import read_costs
from tally.money import format_amount


def main(arguments: list[str]) -> int:
    """Run one command; gives the exit status."""
    if len(arguments) != 2 or arguments[0] not in ("report", "settle"):
        print("usage: python3 -m tally report|settle FILE", file=sys.stderr)
        return 2
    costs = read_costs(Path(arguments[1]).read_text())
    if arguments[0] == "report":
        for name, cents in sorted(balances(costs).items()):
            print(f"{name:12} {format_amount(cents):>10}")
    else:
        for debtor, creditor, cents in settle(costs):
            print(f"{debtor} pays {creditor} {format_amount(cents)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
