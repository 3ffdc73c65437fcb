from a import X
from b import Y
