# before
from app.core.config import Config, Third
from app.lib import (Config as CC,
    missing,
    Other)  # type: ignore
from app.lib import missing2, Other as O3
from app.star import Config as S
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from app.star import Other as SO
x = 1; from app.shim import Third as T5; y = 2
class A:
    from app.shim import (Config,
                          Other,
                          Third)
def g():
    from app.lib import missing3, \
        Config, \
        Other
    from app.lib import Config, \
        missing4
