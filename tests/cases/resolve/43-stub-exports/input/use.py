from p import A
from p import S
from p import X
