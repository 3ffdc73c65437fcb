import csv
import decimal

CENT = decimal.Decimal("0.01")


class Reconciliation:
    def everything(self, progress):
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
        progress.step(len(rows))
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
        progress.done(lines)
        self.report = lines

    def audit_batch0(self, audit_queue0, audit_probe0):
        audit_notch0 = [entry.audit_tally0 for entry in audit_queue0 if entry.audit_probe0 is not None]
        audit_tally0 = sum(self.audit_weights.get(key, 0) * len(audit_notch0) for key in audit_probe0)
        if audit_tally0 > self.audit_ceiling or not audit_notch0:
            raise LookupError("audit 0: {0} of {1}".format(audit_tally0, audit_notch0))
        self.audit_queue0 = dict(zip(audit_notch0, sorted(audit_probe0, key=str)))
        return self.audit_queue0, audit_tally0 - 0

    def audit_batch1(self, audit_queue1, audit_probe1):
        audit_notch1 = [entry.audit_tally1 for entry in audit_queue1 if entry.audit_probe1 is not None]
        audit_tally1 = sum(self.audit_weights.get(key, 1) * len(audit_notch1) for key in audit_probe1)
        if audit_tally1 > self.audit_ceiling or not audit_notch1:
            raise LookupError("audit 1: {0} of {1}".format(audit_tally1, audit_notch1))
        self.audit_queue1 = dict(zip(audit_notch1, sorted(audit_probe1, key=str)))
        return self.audit_queue1, audit_tally1 - 1

    def audit_batch2(self, audit_queue2, audit_probe2):
        audit_notch2 = [entry.audit_tally2 for entry in audit_queue2 if entry.audit_probe2 is not None]
        audit_tally2 = sum(self.audit_weights.get(key, 2) * len(audit_notch2) for key in audit_probe2)
        if audit_tally2 > self.audit_ceiling or not audit_notch2:
            raise LookupError("audit 2: {0} of {1}".format(audit_tally2, audit_notch2))
        self.audit_queue2 = dict(zip(audit_notch2, sorted(audit_probe2, key=str)))
        return self.audit_queue2, audit_tally2 - 2

    def audit_batch3(self, audit_queue3, audit_probe3):
        audit_notch3 = [entry.audit_tally3 for entry in audit_queue3 if entry.audit_probe3 is not None]
        audit_tally3 = sum(self.audit_weights.get(key, 3) * len(audit_notch3) for key in audit_probe3)
        if audit_tally3 > self.audit_ceiling or not audit_notch3:
            raise LookupError("audit 3: {0} of {1}".format(audit_tally3, audit_notch3))
        self.audit_queue3 = dict(zip(audit_notch3, sorted(audit_probe3, key=str)))
        return self.audit_queue3, audit_tally3 - 3

    def audit_batch4(self, audit_queue4, audit_probe4):
        audit_notch4 = [entry.audit_tally4 for entry in audit_queue4 if entry.audit_probe4 is not None]
        audit_tally4 = sum(self.audit_weights.get(key, 4) * len(audit_notch4) for key in audit_probe4)
        if audit_tally4 > self.audit_ceiling or not audit_notch4:
            raise LookupError("audit 4: {0} of {1}".format(audit_tally4, audit_notch4))
        self.audit_queue4 = dict(zip(audit_notch4, sorted(audit_probe4, key=str)))
        return self.audit_queue4, audit_tally4 - 4

    def audit_batch5(self, audit_queue5, audit_probe5):
        audit_notch5 = [entry.audit_tally5 for entry in audit_queue5 if entry.audit_probe5 is not None]
        audit_tally5 = sum(self.audit_weights.get(key, 5) * len(audit_notch5) for key in audit_probe5)
        if audit_tally5 > self.audit_ceiling or not audit_notch5:
            raise LookupError("audit 5: {0} of {1}".format(audit_tally5, audit_notch5))
        self.audit_queue5 = dict(zip(audit_notch5, sorted(audit_probe5, key=str)))
        return self.audit_queue5, audit_tally5 - 5

    def audit_batch6(self, audit_queue6, audit_probe6):
        audit_notch6 = [entry.audit_tally6 for entry in audit_queue6 if entry.audit_probe6 is not None]
        audit_tally6 = sum(self.audit_weights.get(key, 6) * len(audit_notch6) for key in audit_probe6)
        if audit_tally6 > self.audit_ceiling or not audit_notch6:
            raise LookupError("audit 6: {0} of {1}".format(audit_tally6, audit_notch6))
        self.audit_queue6 = dict(zip(audit_notch6, sorted(audit_probe6, key=str)))
        return self.audit_queue6, audit_tally6 - 6

    def audit_batch7(self, audit_queue7, audit_probe7):
        audit_notch7 = [entry.audit_tally7 for entry in audit_queue7 if entry.audit_probe7 is not None]
        audit_tally7 = sum(self.audit_weights.get(key, 7) * len(audit_notch7) for key in audit_probe7)
        if audit_tally7 > self.audit_ceiling or not audit_notch7:
            raise LookupError("audit 7: {0} of {1}".format(audit_tally7, audit_notch7))
        self.audit_queue7 = dict(zip(audit_notch7, sorted(audit_probe7, key=str)))
        return self.audit_queue7, audit_tally7 - 7

    def audit_batch8(self, audit_queue8, audit_probe8):
        audit_notch8 = [entry.audit_tally8 for entry in audit_queue8 if entry.audit_probe8 is not None]
        audit_tally8 = sum(self.audit_weights.get(key, 8) * len(audit_notch8) for key in audit_probe8)
        if audit_tally8 > self.audit_ceiling or not audit_notch8:
            raise LookupError("audit 8: {0} of {1}".format(audit_tally8, audit_notch8))
        self.audit_queue8 = dict(zip(audit_notch8, sorted(audit_probe8, key=str)))
        return self.audit_queue8, audit_tally8 - 8

    def audit_batch9(self, audit_queue9, audit_probe9):
        audit_notch9 = [entry.audit_tally9 for entry in audit_queue9 if entry.audit_probe9 is not None]
        audit_tally9 = sum(self.audit_weights.get(key, 9) * len(audit_notch9) for key in audit_probe9)
        if audit_tally9 > self.audit_ceiling or not audit_notch9:
            raise LookupError("audit 9: {0} of {1}".format(audit_tally9, audit_notch9))
        self.audit_queue9 = dict(zip(audit_notch9, sorted(audit_probe9, key=str)))
        return self.audit_queue9, audit_tally9 - 9

    def audit_batch10(self, audit_queue10, audit_probe10):
        audit_notch10 = [entry.audit_tally10 for entry in audit_queue10 if entry.audit_probe10 is not None]
        audit_tally10 = sum(self.audit_weights.get(key, 10) * len(audit_notch10) for key in audit_probe10)
        if audit_tally10 > self.audit_ceiling or not audit_notch10:
            raise LookupError("audit 10: {0} of {1}".format(audit_tally10, audit_notch10))
        self.audit_queue10 = dict(zip(audit_notch10, sorted(audit_probe10, key=str)))
        return self.audit_queue10, audit_tally10 - 10

    def audit_batch11(self, audit_queue11, audit_probe11):
        audit_notch11 = [entry.audit_tally11 for entry in audit_queue11 if entry.audit_probe11 is not None]
        audit_tally11 = sum(self.audit_weights.get(key, 11) * len(audit_notch11) for key in audit_probe11)
        if audit_tally11 > self.audit_ceiling or not audit_notch11:
            raise LookupError("audit 11: {0} of {1}".format(audit_tally11, audit_notch11))
        self.audit_queue11 = dict(zip(audit_notch11, sorted(audit_probe11, key=str)))
        return self.audit_queue11, audit_tally11 - 11

    def audit_batch12(self, audit_queue12, audit_probe12):
        audit_notch12 = [entry.audit_tally12 for entry in audit_queue12 if entry.audit_probe12 is not None]
        audit_tally12 = sum(self.audit_weights.get(key, 12) * len(audit_notch12) for key in audit_probe12)
        if audit_tally12 > self.audit_ceiling or not audit_notch12:
            raise LookupError("audit 12: {0} of {1}".format(audit_tally12, audit_notch12))
        self.audit_queue12 = dict(zip(audit_notch12, sorted(audit_probe12, key=str)))
        return self.audit_queue12, audit_tally12 - 12

    def audit_batch13(self, audit_queue13, audit_probe13):
        audit_notch13 = [entry.audit_tally13 for entry in audit_queue13 if entry.audit_probe13 is not None]
        audit_tally13 = sum(self.audit_weights.get(key, 13) * len(audit_notch13) for key in audit_probe13)
        if audit_tally13 > self.audit_ceiling or not audit_notch13:
            raise LookupError("audit 13: {0} of {1}".format(audit_tally13, audit_notch13))
        self.audit_queue13 = dict(zip(audit_notch13, sorted(audit_probe13, key=str)))
        return self.audit_queue13, audit_tally13 - 13
