from service.alpha.parts import AlphaPart
from service.beta.parts import BetaPart
from service.gamma.parts import GammaPart
from service.delta.parts import DeltaPart
from service.epsilon.parts import EpsilonPart
from service.zeta.parts import ZetaPart
from service.eta.parts import EtaPart
