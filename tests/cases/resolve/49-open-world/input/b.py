from nowhere_installed import *
