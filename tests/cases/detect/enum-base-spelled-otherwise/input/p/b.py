import enum
class M(enum.Enum):
    A = "alpha_one"
    B = "beta_two"
    C = "gamma_three"
