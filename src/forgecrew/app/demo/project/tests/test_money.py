import unittest

from tally.money import format_amount, parse_amount


class Money(unittest.TestCase):
    def test_reads_cents(self):
        self.assertEqual([parse_amount(text) for text in ("12", "12.5", "12.50", "0.07")], [1200, 1250, 1250, 7])

    def test_refuses_what_is_no_amount(self):
        for text in ("", "-1", "1.234", "1,50", "a"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_amount(text)

    def test_writes_a_sign_only_when_negative(self):
        self.assertEqual([format_amount(cents) for cents in (0, 7, 1250, -330)], ["0.00", "0.07", "12.50", "-3.30"])
