import contextlib

import pytest

pytest.importorskip("app.core")
from app.core.base import Base
