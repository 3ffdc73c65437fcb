from json import JSONDecoder
from abc import ABC
import time
