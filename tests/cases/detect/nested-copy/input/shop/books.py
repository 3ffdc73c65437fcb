import csv
import decimal

CENT = decimal.Decimal("0.01")


class Reconciliation:
    def run(self):
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
        overdrawn = [code for code, total in self.accounts.items() if total < self.credit_limit]
        turnover = sum((abs(total) for total in self.accounts.values()), decimal.Decimal(0))
        lines = ["{0} is overdrawn by {1}".format(code, self.accounts[code]) for code in overdrawn]
        for number, (posted, amount, centre) in sorted(self.vouchers.items()):
            share = (amount / turnover * 100).quantize(CENT) if turnover else decimal.Decimal(0)
            lines.append("{0:<12}{1:>12}{2:>14}{3:>8}".format(number, posted, amount, share))
        centres = {centre: decimal.Decimal(0) for _, _, centre in self.vouchers.values()}
        for number, (posted, amount, centre) in self.vouchers.items():
            centres[centre] = centres.get(centre, decimal.Decimal(0)) + amount.copy_abs()
            self.days.setdefault(posted[:10], []).append((number, amount.quantize(CENT)))
        lines.extend("{0:<20}{1:>14}".format(centre, total) for centre, total in centres.items())
        for number, posted, amount in self.conflicts:
            lines.append("{0} was posted twice, last on {1}: {2}".format(number, posted, amount))
        return lines

    def close_batch0(self, close_queue0, close_probe0):
        close_notch0 = [entry.close_tally0 for entry in close_queue0 if entry.close_probe0 is not None]
        close_tally0 = sum(self.close_weights.get(key, 0) * len(close_notch0) for key in close_probe0)
        if close_tally0 > self.close_ceiling or not close_notch0:
            raise LookupError("close 0: {0} of {1}".format(close_tally0, close_notch0))
        self.close_queue0 = dict(zip(close_notch0, sorted(close_probe0, key=str)))
        return self.close_queue0, close_tally0 - 0

    def close_batch1(self, close_queue1, close_probe1):
        close_notch1 = [entry.close_tally1 for entry in close_queue1 if entry.close_probe1 is not None]
        close_tally1 = sum(self.close_weights.get(key, 1) * len(close_notch1) for key in close_probe1)
        if close_tally1 > self.close_ceiling or not close_notch1:
            raise LookupError("close 1: {0} of {1}".format(close_tally1, close_notch1))
        self.close_queue1 = dict(zip(close_notch1, sorted(close_probe1, key=str)))
        return self.close_queue1, close_tally1 - 1

    def close_batch2(self, close_queue2, close_probe2):
        close_notch2 = [entry.close_tally2 for entry in close_queue2 if entry.close_probe2 is not None]
        close_tally2 = sum(self.close_weights.get(key, 2) * len(close_notch2) for key in close_probe2)
        if close_tally2 > self.close_ceiling or not close_notch2:
            raise LookupError("close 2: {0} of {1}".format(close_tally2, close_notch2))
        self.close_queue2 = dict(zip(close_notch2, sorted(close_probe2, key=str)))
        return self.close_queue2, close_tally2 - 2

    def close_batch3(self, close_queue3, close_probe3):
        close_notch3 = [entry.close_tally3 for entry in close_queue3 if entry.close_probe3 is not None]
        close_tally3 = sum(self.close_weights.get(key, 3) * len(close_notch3) for key in close_probe3)
        if close_tally3 > self.close_ceiling or not close_notch3:
            raise LookupError("close 3: {0} of {1}".format(close_tally3, close_notch3))
        self.close_queue3 = dict(zip(close_notch3, sorted(close_probe3, key=str)))
        return self.close_queue3, close_tally3 - 3

    def close_batch4(self, close_queue4, close_probe4):
        close_notch4 = [entry.close_tally4 for entry in close_queue4 if entry.close_probe4 is not None]
        close_tally4 = sum(self.close_weights.get(key, 4) * len(close_notch4) for key in close_probe4)
        if close_tally4 > self.close_ceiling or not close_notch4:
            raise LookupError("close 4: {0} of {1}".format(close_tally4, close_notch4))
        self.close_queue4 = dict(zip(close_notch4, sorted(close_probe4, key=str)))
        return self.close_queue4, close_tally4 - 4

    def close_batch5(self, close_queue5, close_probe5):
        close_notch5 = [entry.close_tally5 for entry in close_queue5 if entry.close_probe5 is not None]
        close_tally5 = sum(self.close_weights.get(key, 5) * len(close_notch5) for key in close_probe5)
        if close_tally5 > self.close_ceiling or not close_notch5:
            raise LookupError("close 5: {0} of {1}".format(close_tally5, close_notch5))
        self.close_queue5 = dict(zip(close_notch5, sorted(close_probe5, key=str)))
        return self.close_queue5, close_tally5 - 5
