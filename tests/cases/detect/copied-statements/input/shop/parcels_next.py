import csv
import decimal

CENT = decimal.Decimal("0.01")


class ParcelReportV2:
    def __init__(self, parcel_path, credit_limit, auditor):
        self.parcel_path = parcel_path
        self.credit_limit = credit_limit
        self.auditor = auditor
        self.depots = {}
        self.waybills = {}
        self.conflicts = []
        self.cached_lines = None

    def everything(self):
        if self.cached_lines is not None:
            return self.cached_lines
        if not self.auditor.may_read(self.parcel_path):
            raise PermissionError(self.parcel_path)
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
        lines = ["audited by {0}".format(self.auditor.full_name)]
        carriers = {}
        overloaded = [code for code, total in self.depots.items() if total < self.credit_limit]
        turnover = sum((abs(total) for total in self.depots.values()), decimal.Decimal(0))
        for number, (posted, weight, carrier) in sorted(self.waybills.items()):
            share = (weight / turnover * 100).quantize(CENT) if turnover else decimal.Decimal(0)
            lines.append("{0:<12}{1:>12}{2:>14}{3:>8}".format(number, posted, weight, share))
            carriers[carrier] = carriers.get(carrier, decimal.Decimal(0)) + weight.copy_abs()
        lines.extend("{0} is overloaded by {1}".format(code, self.depots[code]) for code in overloaded)
        lines.extend("{0:<20}{1:>14}".format(carrier, total) for carrier, total in carriers.items())
        for number, posted, weight in self.conflicts:
            lines.append("{0} was posted twice, last on {1}: {2}".format(number, posted, weight))
        self.cached_lines = lines
        return lines

    def signature(self):
        return "{0}/{1}".format(self.auditor.initials, len(self.waybills))
