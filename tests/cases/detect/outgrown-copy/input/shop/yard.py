import csv
import decimal

CENT = decimal.Decimal("0.01")


class Stocktaking:
    def sweep(self, rows, marks):
        for row in rows:
            amount = decimal.Decimal(row["gross_amount"].replace(",", "."))
            account = self.accounts.setdefault(row["account_code"].strip(), decimal.Decimal(0))
        return marks

    def yard_batch0(self, yard_queue0, yard_probe0):
        yard_notch0 = [entry.yard_tally0 for entry in yard_queue0 if entry.yard_probe0 is not None]
        yard_tally0 = sum(self.yard_weights.get(key, 0) * len(yard_notch0) for key in yard_probe0)
        if yard_tally0 > self.yard_ceiling or not yard_notch0:
            raise LookupError("yard 0: {0} of {1}".format(yard_tally0, yard_notch0))
        self.yard_queue0 = dict(zip(yard_notch0, sorted(yard_probe0, key=str)))
        return self.yard_queue0, yard_tally0 - 0

    def yard_batch1(self, yard_queue1, yard_probe1):
        yard_notch1 = [entry.yard_tally1 for entry in yard_queue1 if entry.yard_probe1 is not None]
        yard_tally1 = sum(self.yard_weights.get(key, 1) * len(yard_notch1) for key in yard_probe1)
        if yard_tally1 > self.yard_ceiling or not yard_notch1:
            raise LookupError("yard 1: {0} of {1}".format(yard_tally1, yard_notch1))
        self.yard_queue1 = dict(zip(yard_notch1, sorted(yard_probe1, key=str)))
        return self.yard_queue1, yard_tally1 - 1

    def yard_batch2(self, yard_queue2, yard_probe2):
        yard_notch2 = [entry.yard_tally2 for entry in yard_queue2 if entry.yard_probe2 is not None]
        yard_tally2 = sum(self.yard_weights.get(key, 2) * len(yard_notch2) for key in yard_probe2)
        if yard_tally2 > self.yard_ceiling or not yard_notch2:
            raise LookupError("yard 2: {0} of {1}".format(yard_tally2, yard_notch2))
        self.yard_queue2 = dict(zip(yard_notch2, sorted(yard_probe2, key=str)))
        return self.yard_queue2, yard_tally2 - 2

    def yard_batch3(self, yard_queue3, yard_probe3):
        yard_notch3 = [entry.yard_tally3 for entry in yard_queue3 if entry.yard_probe3 is not None]
        yard_tally3 = sum(self.yard_weights.get(key, 3) * len(yard_notch3) for key in yard_probe3)
        if yard_tally3 > self.yard_ceiling or not yard_notch3:
            raise LookupError("yard 3: {0} of {1}".format(yard_tally3, yard_notch3))
        self.yard_queue3 = dict(zip(yard_notch3, sorted(yard_probe3, key=str)))
        return self.yard_queue3, yard_tally3 - 3

    def yard_batch4(self, yard_queue4, yard_probe4):
        yard_notch4 = [entry.yard_tally4 for entry in yard_queue4 if entry.yard_probe4 is not None]
        yard_tally4 = sum(self.yard_weights.get(key, 4) * len(yard_notch4) for key in yard_probe4)
        if yard_tally4 > self.yard_ceiling or not yard_notch4:
            raise LookupError("yard 4: {0} of {1}".format(yard_tally4, yard_notch4))
        self.yard_queue4 = dict(zip(yard_notch4, sorted(yard_probe4, key=str)))
        return self.yard_queue4, yard_tally4 - 4

    def yard_batch5(self, yard_queue5, yard_probe5):
        yard_notch5 = [entry.yard_tally5 for entry in yard_queue5 if entry.yard_probe5 is not None]
        yard_tally5 = sum(self.yard_weights.get(key, 5) * len(yard_notch5) for key in yard_probe5)
        if yard_tally5 > self.yard_ceiling or not yard_notch5:
            raise LookupError("yard 5: {0} of {1}".format(yard_tally5, yard_notch5))
        self.yard_queue5 = dict(zip(yard_notch5, sorted(yard_probe5, key=str)))
        return self.yard_queue5, yard_tally5 - 5
