import csv
import decimal

CENT = decimal.Decimal("0.01")


class LedgerReport:
    def __init__(self, ledger_path, credit_limit):
        self.ledger_path = ledger_path
        self.credit_limit = credit_limit
        self.accounts = {}
        self.vouchers = {}
        self.conflicts = []

    def load(self):
        with open(self.ledger_path, encoding="utf-8", newline="") as ledger:
            rows = list(csv.DictReader(ledger, delimiter=";", skipinitialspace=True))
        rows.sort(key=lambda row: (row["posting_date"], row["voucher_number"]))
        for row in rows:
            amount = decimal.Decimal(row["gross_amount"].replace(",", "."))
            account = self.accounts.setdefault(row["account_code"].strip(), decimal.Decimal(0))
            self.accounts[row["account_code"].strip()] = account + amount.quantize(CENT)
            if row["voucher_number"] in self.vouchers and not row["reversal_flag"]:
                self.conflicts.append((row["voucher_number"], row["posting_date"], amount))
            self.vouchers[row["voucher_number"]] = (row["posting_date"], amount, row["cost_centre"])

    def report(self):
        lines = []
        centres = {}
        overdrawn = [code for code, total in self.accounts.items() if total < self.credit_limit]
        turnover = sum((abs(total) for total in self.accounts.values()), decimal.Decimal(0))
        for number, (posted, amount, centre) in sorted(self.vouchers.items()):
            share = (amount / turnover * 100).quantize(CENT) if turnover else decimal.Decimal(0)
            lines.append("{0:<12}{1:>12}{2:>14}{3:>8}".format(number, posted, amount, share))
            centres[centre] = centres.get(centre, decimal.Decimal(0)) + amount.copy_abs()
        lines.extend("{0} is overdrawn by {1}".format(code, self.accounts[code]) for code in overdrawn)
        lines.extend("{0:<20}{1:>14}".format(centre, total) for centre, total in centres.items())
        return lines
