import csv
import decimal

CENT = decimal.Decimal("0.01")


class Stocktaking:
    def count(self, rows):
        for row in rows:
            amount = decimal.Decimal(row["gross_amount"].replace(",", "."))
            account = self.accounts.setdefault(row["account_code"].strip(), decimal.Decimal(0))
        return self.accounts

    def shelf_batch0(self, shelf_queue0, shelf_probe0):
        shelf_notch0 = [entry.shelf_tally0 for entry in shelf_queue0 if entry.shelf_probe0 is not None]
        shelf_tally0 = sum(self.shelf_weights.get(key, 0) * len(shelf_notch0) for key in shelf_probe0)
        if shelf_tally0 > self.shelf_ceiling or not shelf_notch0:
            raise LookupError("shelf 0: {0} of {1}".format(shelf_tally0, shelf_notch0))
        self.shelf_queue0 = dict(zip(shelf_notch0, sorted(shelf_probe0, key=str)))
        return self.shelf_queue0, shelf_tally0 - 0

    def shelf_batch1(self, shelf_queue1, shelf_probe1):
        shelf_notch1 = [entry.shelf_tally1 for entry in shelf_queue1 if entry.shelf_probe1 is not None]
        shelf_tally1 = sum(self.shelf_weights.get(key, 1) * len(shelf_notch1) for key in shelf_probe1)
        if shelf_tally1 > self.shelf_ceiling or not shelf_notch1:
            raise LookupError("shelf 1: {0} of {1}".format(shelf_tally1, shelf_notch1))
        self.shelf_queue1 = dict(zip(shelf_notch1, sorted(shelf_probe1, key=str)))
        return self.shelf_queue1, shelf_tally1 - 1

    def shelf_batch2(self, shelf_queue2, shelf_probe2):
        shelf_notch2 = [entry.shelf_tally2 for entry in shelf_queue2 if entry.shelf_probe2 is not None]
        shelf_tally2 = sum(self.shelf_weights.get(key, 2) * len(shelf_notch2) for key in shelf_probe2)
        if shelf_tally2 > self.shelf_ceiling or not shelf_notch2:
            raise LookupError("shelf 2: {0} of {1}".format(shelf_tally2, shelf_notch2))
        self.shelf_queue2 = dict(zip(shelf_notch2, sorted(shelf_probe2, key=str)))
        return self.shelf_queue2, shelf_tally2 - 2

    def shelf_batch3(self, shelf_queue3, shelf_probe3):
        shelf_notch3 = [entry.shelf_tally3 for entry in shelf_queue3 if entry.shelf_probe3 is not None]
        shelf_tally3 = sum(self.shelf_weights.get(key, 3) * len(shelf_notch3) for key in shelf_probe3)
        if shelf_tally3 > self.shelf_ceiling or not shelf_notch3:
            raise LookupError("shelf 3: {0} of {1}".format(shelf_tally3, shelf_notch3))
        self.shelf_queue3 = dict(zip(shelf_notch3, sorted(shelf_probe3, key=str)))
        return self.shelf_queue3, shelf_tally3 - 3

    def shelf_batch4(self, shelf_queue4, shelf_probe4):
        shelf_notch4 = [entry.shelf_tally4 for entry in shelf_queue4 if entry.shelf_probe4 is not None]
        shelf_tally4 = sum(self.shelf_weights.get(key, 4) * len(shelf_notch4) for key in shelf_probe4)
        if shelf_tally4 > self.shelf_ceiling or not shelf_notch4:
            raise LookupError("shelf 4: {0} of {1}".format(shelf_tally4, shelf_notch4))
        self.shelf_queue4 = dict(zip(shelf_notch4, sorted(shelf_probe4, key=str)))
        return self.shelf_queue4, shelf_tally4 - 4

    def shelf_batch5(self, shelf_queue5, shelf_probe5):
        shelf_notch5 = [entry.shelf_tally5 for entry in shelf_queue5 if entry.shelf_probe5 is not None]
        shelf_tally5 = sum(self.shelf_weights.get(key, 5) * len(shelf_notch5) for key in shelf_probe5)
        if shelf_tally5 > self.shelf_ceiling or not shelf_notch5:
            raise LookupError("shelf 5: {0} of {1}".format(shelf_tally5, shelf_notch5))
        self.shelf_queue5 = dict(zip(shelf_notch5, sorted(shelf_probe5, key=str)))
        return self.shelf_queue5, shelf_tally5 - 5
