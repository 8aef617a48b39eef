"""Opinion averaging (models/averaging) with NumPy and SciPy, driven through standard input by `kindred bench`.

Reads one line `persons half_ties noise rate low high`, then the rows of the graph, the start opinions and the
rates as raw numbers. Answers `ready VERSIONS`; `steps N` with seconds elapsed and of this process; `moments` with the
mean and SD of opinions.
"""

import sys
import time

try:
    import numpy as np
    import scipy
    import scipy.sparse
except ImportError as missing:
    print(f"missing {missing.name}", flush=True)
    sys.exit(0)


def numbers(count, kind):
    wanted = count * np.dtype(kind).itemsize
    return np.frombuffer(sys.stdin.buffer.read(wanted), dtype=kind).copy()


persons, half_ties, *rest = sys.stdin.buffer.readline().split()
persons, half_ties = int(persons), int(half_ties)
noise, rate, low, high = (np.float32(word) for word in rest)
row_offset = numbers(persons + 1, np.int32)
neighbour = numbers(half_ties, np.int32)
x = numbers(persons, np.float32)
y = numbers(persons, np.float32)
z = x.copy()
knows = scipy.sparse.csr_matrix((np.ones(half_ties, np.float32), neighbour, row_offset), shape=(persons, persons))
degree = np.diff(row_offset).astype(np.float32)
alone = degree == 0
degree[alone] = 1
random = np.random.default_rng(20261124)


def step(x, z):
    around = knows @ x / degree
    around[alone] = x[alone]
    x += y * (around - x) + noise * random.standard_normal(persons, dtype=np.float32)
    np.clip(x, low, high, out=x)
    z += rate * (x - z)


print(f"ready NumPy {np.__version__}, SciPy {scipy.__version__}", flush=True)
for line in sys.stdin.buffer:
    word, *arguments = line.decode().split()
    if word == "steps":
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(arguments[0])):
            step(x, z)
        print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
    elif word == "moments":
        print(x.mean(dtype=np.float64), x.std(dtype=np.float64), flush=True)
