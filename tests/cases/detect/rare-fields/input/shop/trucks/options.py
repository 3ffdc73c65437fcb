from dataclasses import dataclass, field


@dataclass
class LoaderTruckConditions:
    boom_reach: float = field(default=31.5, metadata={"help": "Metres from the slewing axis to the hook."})
    counterweight_tons: float = field(default=7.25, metadata={"help": "Lead plates on the rear platform."})
    rigger_shift_hours: int = field(default=9, metadata={"help": "Paid hours of the rigger for one day."})
    outrigger_pads: str = field(default="azobe", metadata={"help": "Wood that is laid under the outriggers."})
    wind_limit_beaufort: int = field(default=6, metadata={"help": "The boom comes down above this wind."})
    escort_vehicle: bool = field(default=True, metadata={"help": "A car with a yellow light drives ahead."})
    slewing_permit: str = field(default="", metadata={"help": "Number of the permit to slew over a street."})
    tail_lift_kilos: int = field(default=1500, metadata={"help": "Largest load of the tail lift."})


class GravelOffer:
    quarry_code: str
    sieve_millimetres: int
    washed_twice: bool


class SandOffer:
    quarry_code: str
    sieve_millimetres: int
    dredged_from: str
