"""CPU times of several libraries in one process, one thread, in turns. Import it before NumPy, JAX and PyTorch.

Every round gives each contestant its turn: an untimed call and a short pause, so that neither a cold cache nor the
spinning worker threads of the one before are charged to it, then timed calls, each at a point of its own.
"""
import gc
import os
import time
from statistics import median

for name in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
):
    os.environ[name] = "1"
os.environ |= {"JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1",
               "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})       # one core for all threads of the process

PAUSE = 0.05


def race(contestants, rounds=7, seconds=0.05):
    """{name: median CPU seconds of a call}, over the rounds of each contestant's median in a round.

    contestants: {name: (prepare, call)}; what prepare(i) returns, untimed, are the arguments of the i-th call.
    seconds: how long a turn lasts, and one call at least.
    """
    times, turn = {name: [] for name in contestants}, 0
    for prepare, call in contestants.values():
        call(*prepare(0))                                         # compiles
    for _ in range(rounds):
        for name, (prepare, call) in contestants.items():
            call(*prepare(turn))
            time.sleep(PAUSE)
            gc.collect()
            gc.disable()
            spent = []
            while sum(spent) < seconds and len(spent) < 1000:
                turn += 1
                arguments = prepare(turn)
                start = time.process_time()
                call(*arguments)
                spent.append(time.process_time() - start)
            gc.enable()
            times[name].append(median(spent))
    return {name: median(turns) for name, turns in times.items()}


def matrix_product_rate(size=1000):
    """This machine's operations per second in NumPy's product of two square matrices. An OpenBLAS that does not know
    the processor takes older kernels: OPENBLAS_CORETYPE=SkylakeX in the environment gives it those for AVX-512."""
    import numpy as np
    A = np.random.default_rng(0).standard_normal((size, size))
    return 2 * size**3 / race({"product": (lambda i: (A, A), np.matmul)}, seconds=0.2)["product"]


def geometric_mean(numbers):
    product = 1.0
    for number in numbers:
        product *= number
    return product ** (1 / len(numbers))


def table(title, header, rows):
    """Print rows of text and numbers (three figures) under a header, right-aligned but for the first column."""
    cells = [[cell if isinstance(cell, str) else f"{cell:.3g}" for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    print(f"\n{title}")
    for first, *others in cells:
        print("  ".join([first.ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(others, widths[1:]))]), flush=True)
