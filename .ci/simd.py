"""Print the CPU features above its baseline that NumPy uses here, for NPY_DISABLE_CPU_FEATURES."""
try:
    from numpy._core import _multiarray_umath as core
except ImportError:                                     # NumPy 1
    from numpy.core import _multiarray_umath as core

print(*(name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]))
