"""Pictures drawn once for all tests."""
from functools import cache

from minnet.gallery import catalogue


@cache
def drawn(name):
    """The Picture of that name, from its shortest run."""
    return catalogue()[name].draw(fast=True)
