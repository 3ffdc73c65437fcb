import csv
import decimal

CENT = decimal.Decimal("0.01")


class VoucherAudit:  # expect: diverged
    def __init__(self, ledger_path, credit_limit, auditor):
        self.ledger_path = ledger_path
        self.credit_limit = credit_limit
        self.auditor = auditor
        self.accounts = {}
        self.vouchers = {}
        self.conflicts = []
        self.cached_lines = None

    def everything(self):
        if self.cached_lines is not None:
            return self.cached_lines
        if not self.auditor.may_read(self.ledger_path):
            raise PermissionError(self.ledger_path)
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
        lines = ["audited by {0}".format(self.auditor.full_name)]
        centres = {}
        overdrawn = [code for code, total in self.accounts.items() if total < self.credit_limit]
        turnover = sum((abs(total) for total in self.accounts.values()), decimal.Decimal(0))
        for number, (posted, amount, centre) in sorted(self.vouchers.items()):
            share = (amount / turnover * 100).quantize(CENT) if turnover else decimal.Decimal(0)
            lines.append("{0:<12}{1:>12}{2:>14}{3:>8}".format(number, posted, amount, share))
            centres[centre] = centres.get(centre, decimal.Decimal(0)) + amount.copy_abs()
        lines.extend("{0} is overdrawn by {1}".format(code, self.accounts[code]) for code in overdrawn)
        lines.extend("{0:<20}{1:>14}".format(centre, total) for centre, total in centres.items())
        for number, posted, amount in self.conflicts:
            lines.append("{0} was posted twice, last on {1}: {2}".format(number, posted, amount))
        self.cached_lines = lines
        return lines

    def signature(self):
        return "{0}/{1}".format(self.auditor.initials, len(self.vouchers))
