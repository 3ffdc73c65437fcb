import json
import os
from dataclasses import dataclass


@dataclass
class Record:
    """One record."""

    name: str
    path: str = ""

    def text(self) -> str:
        return json.dumps({"name": self.name, "path": os.path.join(self.path, self.name)})
