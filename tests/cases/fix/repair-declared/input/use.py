from alpha.parts import AlphaPart
from beta.parts import BetaPart
from gamma.parts import GammaPart
from delta.parts import DeltaPart
from epsilon.parts import EpsilonPart
from zeta.parts import ZetaPart
from eta.parts import EtaPart
