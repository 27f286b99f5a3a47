"""The gallery: pictures by name, each drawn by a script of `figures`, written with what it shows and what it claims."""
from .catalogue import catalogue
from .page import write_page
from .picture import Picture, write

__all__ = ["Picture", "catalogue", "write", "write_page"]
