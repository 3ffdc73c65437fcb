import typing as t
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from a import T as X
else:
    from a import R as X
if t.TYPE_CHECKING:
    from a import T as OnlyTypes
if not TYPE_CHECKING:
    from a import R as Y
