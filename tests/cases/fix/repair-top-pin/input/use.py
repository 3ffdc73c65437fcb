from shared.ids import Id  # two modules, one pinned
from shared.ids import Other  # two modules
