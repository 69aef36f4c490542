import unittest

from tally.balance import balances, settle
from tally.costs import read_costs


class Balance(unittest.TestCase):
    def test_an_even_split_of_two(self):
        self.assertEqual(balances(read_costs("mira, 10.00, bread, mira;jon")), {"mira": 500, "jon": -500})

    def test_weights(self):
        self.assertEqual(balances(read_costs("jon, 60.00, power, mira;jon;ada*2")), {"jon": 4500, "mira": -1500, "ada": -3000})

    def test_settle_pays_the_one_who_is_owed_most(self):
        costs = read_costs("mira, 40.00, groceries, mira;jon\njon, 10.00, bread, mira;jon")
        self.assertEqual(settle(costs), [("jon", "mira", 1500)])
