"""The gallery: pictures by name, each drawn by a script of `figures`, written with what it shows and what it claims."""
from .page import own_page, write_page
from .picture import Claim, Picture
from .scripts import catalogue
from .writing import FURTHER, KINDS, read, write

__all__ = ["FURTHER", "KINDS", "Claim", "Picture", "catalogue", "own_page", "read", "write", "write_page"]
