from svg import Canvas, label
from plugins import One
