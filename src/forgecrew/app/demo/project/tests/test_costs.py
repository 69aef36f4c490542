import unittest

from tally.costs import Cost, parse_cost, read_costs


class Costs(unittest.TestCase):
    def test_reads_names_and_weights(self):
        self.assertEqual(parse_cost("jon, 60.00, power, mira;jon;ada*2"), Cost("jon", 6000, "power", {"mira": 1, "jon": 1, "ada": 2}))

    def test_skips_empty_lines_and_remarks(self):
        self.assertEqual(len(read_costs("# March\n\nmira, 1, bread, mira;jon\n")), 1)

    def test_names_the_line_that_is_wrong(self):
        with self.assertRaisesRegex(ValueError, "mira, 1"):
            parse_cost("mira, 1")
