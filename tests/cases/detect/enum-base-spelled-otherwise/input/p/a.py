from enum import Enum
class M(Enum):
    A = "alpha_one"
    B = "beta_two"
    C = "gamma_three"
