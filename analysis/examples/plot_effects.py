"""Effects on the treated over time, every arm, with 95 % intervals over societies.

Usage: python3 plot_effects.py quickstart.h5 effects.png       Needs also python3-matplotlib, python3-scipy
"""
import sys

import matplotlib
import xarray as xr
from scipy.stats import t

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

table = xr.open_dataset(sys.argv[1], group="effects").set_coords("society")
effect = table.effect.sel(cell="treated").isel(arm=table.against >= 0, outcome=table.outcome_kind == "outcome")
by_society = effect.groupby("society").mean("replicate")  # noise replicates are nested in societies
n = by_society.sizes["society"]
middle = by_society.mean("society")
reach = by_society.std("society", ddof=1) / n**0.5 * t.ppf(0.975, n - 1)

figure, axes = plt.subplots(2, 3, figsize=(11, 6), sharex=True, layout="constrained")
for axis, outcome in zip(axes.flat, middle.outcome.values):
    for colour, arm in zip(("#0b6e8f", "#d1701f", "#6a4c93", "#3a7d44", "#b23a48"), middle.arm.values):
        m, r = (x.sel(outcome=outcome, arm=arm) for x in (middle, reach))
        axis.plot(m.time, m, color=colour, marker="o", markersize=3, linewidth=1.6, label=arm)
        axis.fill_between(m.time, m - r, m + r, color=colour, alpha=0.2, linewidth=0)
    axis.axhline(0, color="0.35", linewidth=0.8)
    axis.set_title(outcome.replace("_", " "), fontsize=10, loc="left")
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="0.92")
figure.supxlabel("weeks after the start", fontsize=10)
figure.supylabel("effect on the treated (SD)", fontsize=10)
axes[0, 2].legend(frameon=False, fontsize=9, loc="upper right")
figure.savefig(sys.argv[2], dpi=130)
