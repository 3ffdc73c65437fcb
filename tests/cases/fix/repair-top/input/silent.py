"""Nothing of this is touched or listed: it may be installed."""
from broker import Broker  # its namesake asks for it, too
from reqs.api import Session  # vendored
from shared.ids import Id  # two modules
from tracer.export import Exporter  # no module here
from tracer.span import Span
from yaml.loader import Loader  # declared
