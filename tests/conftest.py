"""Hypothesis draws the same examples in every run, however slow the machine."""
from hypothesis import HealthCheck, settings

settings.register_profile("minnet", deadline=None, derandomize=True, max_examples=25,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("minnet")
