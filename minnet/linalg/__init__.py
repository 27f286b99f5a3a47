"""Numerical linear algebra that knows no network and no optimiser."""
