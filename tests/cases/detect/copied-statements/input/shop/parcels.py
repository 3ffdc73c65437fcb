import csv
import decimal

CENT = decimal.Decimal("0.01")


class ParcelReportV1:  # expect: diverged
    def __init__(self, parcel_path, credit_limit):
        self.parcel_path = parcel_path
        self.credit_limit = credit_limit
        self.depots = {}
        self.waybills = {}
        self.conflicts = []

    def load(self):
        with open(self.parcel_path, encoding="utf-8", newline="") as parcel:
            rows = list(csv.DictReader(parcel, delimiter=";", skipinitialspace=True))
        rows.sort(key=lambda row: (row["sent_on"], row["waybill_number"]))
        for row in rows:
            weight = decimal.Decimal(row["net_weight"].replace(",", "."))
            depot = self.depots.setdefault(row["depot_code"].strip(), decimal.Decimal(0))
            self.depots[row["depot_code"].strip()] = depot + weight.quantize(CENT)
            if row["waybill_number"] in self.waybills and not row["reversal_flag"]:
                self.conflicts.append((row["waybill_number"], row["sent_on"], weight))
            self.waybills[row["waybill_number"]] = (row["sent_on"], weight, row["cost_carrier"])

    def report(self):
        lines = []
        carriers = {}
        overloaded = [code for code, total in self.depots.items() if total < self.credit_limit]
        turnover = sum((abs(total) for total in self.depots.values()), decimal.Decimal(0))
        for number, (posted, weight, carrier) in sorted(self.waybills.items()):
            share = (weight / turnover * 100).quantize(CENT) if turnover else decimal.Decimal(0)
            lines.append("{0:<12}{1:>12}{2:>14}{3:>8}".format(number, posted, weight, share))
            carriers[carrier] = carriers.get(carrier, decimal.Decimal(0)) + weight.copy_abs()
        lines.extend("{0} is overloaded by {1}".format(code, self.depots[code]) for code in overloaded)
        lines.extend("{0:<20}{1:>14}".format(carrier, total) for carrier, total in carriers.items())
        return lines
