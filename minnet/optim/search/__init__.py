"""Line searches: how far to go from x along p. Each is a set of constants with a method `search(line, first)`."""
from .armijo import Armijo
from .exact import Exact
from .fixed import Fixed
from .hager_zhang import HagerZhang
from .line import Line, LineSearch, Trial
from .strong_wolfe import StrongWolfe

__all__ = ["Armijo", "Exact", "Fixed", "HagerZhang", "Line", "LineSearch", "StrongWolfe", "Trial"]
