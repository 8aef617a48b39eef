"""What a course did to those who took it, by hand: the same persons with the same luck in two worlds.

Usage: python3 effect_by_hand.py quickstart.h5       Needs xarray and netCDF4 (python3-xarray, python3-netcdf4)
"""
import sys

import xarray as xr

persons = xr.open_dataset(sys.argv[1], group="persons")
course, waitlist = (persons.sel(arm=arm, time=60) for arm in ("course", "waitlist"))  # the course starts in week 52
difference = course.self_compassion.astype(float) - waitlist.self_compassion
by_hand = difference.where(course.treated == 1).mean("person")  # one effect per replicate

# The program has done the same over everybody; with `sample: all` in the scenario the two are equal.
effects = xr.open_dataset(sys.argv[1], group="effects").effect
stored = effects.sel(arm="course", outcome="self_compassion", cell="treated", time=8)  # weeks after the start
for replicate in persons.replicate.values:
    print(f"replicate {replicate}: by hand {by_hand.sel(replicate=replicate).item():+.9f}, "
          f"in the file {stored.sel(replicate=replicate).item():+.9f}")
