import csv
import decimal

CENT = decimal.Decimal("0.01")


class Dispatch:
    depot = "north"

    class Roster:
        def __init__(self, timesheet_path, credit_limit, planner):
            self.timesheet_path = timesheet_path
            self.credit_limit = credit_limit
            self.planner = planner
            self.drivers = {}
            self.shifts = {}
            self.conflicts = []
            self.cached_lines = None

        def everything(self):
            if self.cached_lines is not None:
                return self.cached_lines
            if not self.planner.may_read(self.timesheet_path):
                raise PermissionError(self.timesheet_path)
            with open(self.timesheet_path, encoding="utf-8", newline="") as timesheet:
                rows = list(csv.DictReader(timesheet, delimiter=";", skipinitialspace=True))
            rows.sort(key=lambda row: (row["worked_on"], row["shift_number"]))
            for row in rows:
                hours = decimal.Decimal(row["paid_hours"].replace(",", "."))
                driver = self.drivers.setdefault(row["driver_code"].strip(), decimal.Decimal(0))
                self.drivers[row["driver_code"].strip()] = driver + hours.quantize(CENT)
                if row["shift_number"] in self.shifts and not row["holiday_flag"]:
                    self.conflicts.append((row["shift_number"], row["worked_on"], hours))
                self.shifts[row["shift_number"]] = (row["worked_on"], hours, row["cost_garage"])
            lines = ["audited by {0}".format(self.planner.full_name)]
            garages = {}
            overworked = [code for code, total in self.drivers.items() if total < self.credit_limit]
            turnover = sum((abs(total) for total in self.drivers.values()), decimal.Decimal(0))
            for number, (posted, hours, garage) in sorted(self.shifts.items()):
                share = (hours / turnover * 100).quantize(CENT) if turnover else decimal.Decimal(0)
                lines.append("{0:<12}{1:>12}{2:>14}{3:>8}".format(number, posted, hours, share))
                garages[garage] = garages.get(garage, decimal.Decimal(0)) + hours.copy_abs()
            lines.extend("{0} is overworked by {1}".format(code, self.drivers[code]) for code in overworked)
            lines.extend("{0:<20}{1:>14}".format(garage, total) for garage, total in garages.items())
            for number, posted, hours in self.conflicts:
                lines.append("{0} was posted twice, last on {1}: {2}".format(number, posted, hours))
            self.cached_lines = lines
            return lines

        def signature(self):
            return "{0}/{1}".format(self.planner.initials, len(self.shifts))
