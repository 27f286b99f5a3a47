"""Exact curvature: what kind of point is this, and how does the loss bend there?"""
from .certificate import Certificate, certificate

__all__ = ["Certificate", "certificate"]
