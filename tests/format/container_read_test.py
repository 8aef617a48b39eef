"""Other people's readers open what the container writes.

Usage: /usr/bin/python3 container_read_test.py PATH/TO/write_sample

Needs h5py, netCDF4, h5netcdf, xarray and ncdump. Each check that a reader gets something right also has
to fail on a file in which that thing is spoilt.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings

import h5py
import numpy as np

warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
import netCDF4  # noqa: E402
import xarray  # noqa: E402

WRITE_SAMPLE = ""
ENGINES = ("netcdf4", "h5netcdf")
GROUPS = ("population", "persons", "bonds", "no_bonds")
TITLE = "größer als ASCII ♥"


def bare_dimensions(path, engine):
    """Dimensions of any variable, in any group, for which xarray has no coordinate."""
    bare = []
    for group in GROUPS:
        with xarray.open_dataset(path, group=group, engine=engine) as data:
            bare += [f"{group}/{name}/{dim}" for name in data.variables
                     for dim in data[name].dims if dim not in data.coords]
    return bare


def attributes_that_are_no_text(path):
    """Attributes that hold text but that h5py gives back as bytes."""
    found = []

    def look(name, thing):
        found.extend(f"{name}@{key}" for key, value in thing.attrs.items()
                     if key not in ("CLASS", "NAME") and isinstance(value, (bytes, np.bytes_)))

    with h5py.File(path) as file:
        look("", file)
        file.visititems(look)
    return found


class ContainerRead(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kindred-format-")
        cls.path = os.path.join(cls.folder, "sample.h5")
        subprocess.run([WRITE_SAMPLE, cls.path], check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def spoilt(self, spoil):
        path = os.path.join(self.folder, "spoilt.h5")
        shutil.copy(self.path, path)
        with h5py.File(path, "r+", libver="v110") as file:
            spoil(file)
        return path

    def test_every_variable_has_a_coordinate_on_every_dimension(self):
        def spoil(file):
            file["persons/stray"] = np.zeros(7)  # a length that no scale has, else netCDF guesses one

        spoilt = self.spoilt(spoil)
        for engine in ENGINES:
            self.assertEqual(bare_dimensions(self.path, engine), [])
            try:
                self.assertNotEqual(bare_dimensions(spoilt, engine), [])
            except ValueError:  # h5netcdf refuses such a file altogether
                self.assertEqual(engine, "h5netcdf")

    def test_a_value_is_found_by_the_names_of_its_coordinates(self):
        for engine in ENGINES:
            with xarray.open_dataset(self.path, group="population", engine=engine) as data:
                self.assertEqual(list(data.warmth_mean.dims), ["time", "arm", "replicate"])
                found = data.warmth_mean.sel(arm="course", time=8).values
                self.assertEqual(found.tolist(), [(6 * 4 + 2) / 8, (6 * 4 + 3) / 8])
                self.assertEqual(found.dtype, np.float32)
                with self.assertRaises(KeyError):
                    data.warmth_mean.sel(arm="nobody", time=8)
                with self.assertRaises(KeyError):
                    data.warmth_mean.sel(arm="course", time=7)

    def test_all_values_survive(self):
        frames, arms, replicates, persons = 18, 2, 2, 10
        for engine in ENGINES:
            with xarray.open_dataset(self.path, group="persons", engine=engine) as data:
                style = data.style.values
                self.assertEqual(style.dtype, np.int8)
                self.assertTrue(np.array_equal(style.ravel(), np.arange(style.size) % 4))
                self.assertEqual(style.shape, (frames, arms, replicates, persons))
                self.assertEqual(data.person_id.dims, ("replicate", "person"))
                self.assertEqual(data.person_id.sel(replicate=1, person=3).item(), 5000000013)
            with xarray.open_dataset(self.path, group="bonds", engine=engine) as data:
                self.assertEqual(data["head"].values.tolist(), [0, 1, 2, 10, 11, 12])
                self.assertEqual(data.bond.values.tolist(), list(range(6)))
            with xarray.open_dataset(self.path, group="no_bonds", engine=engine) as data:
                self.assertEqual(data.onset.shape, (0,))

    def test_strings_are_text(self):
        for engine in ENGINES:
            with xarray.open_dataset(self.path, group="persons", engine=engine) as data:
                self.assertEqual([type(arm) for arm in data.arm.values], [str, str])
                self.assertEqual(data.arm.values.tolist(), ["control", "course"])
        with netCDF4.Dataset(self.path) as data:
            self.assertEqual(data["persons/arm"][:].tolist(), ["control", "course"])
        with h5py.File(self.path) as file:
            self.assertEqual(file["persons/arm"].asstr()[:].tolist(), ["control", "course"])
            self.assertEqual(h5py.check_string_dtype(file["persons/arm"].dtype), ("utf-8", None))

    def test_attributes_are_text_and_numbers_of_the_right_type(self):
        def spoil(file):
            file["persons/style"].attrs["long_name"] = np.bytes_("quadrant")

        self.assertEqual(attributes_that_are_no_text(self.path), [])
        self.assertEqual(attributes_that_are_no_text(self.spoilt(spoil)), ["persons/style@long_name"])
        with h5py.File(self.path) as file:
            self.assertEqual(file["population/warmth_mean"].attrs["valid_range"].dtype, np.float32)
            self.assertEqual(file.attrs["seed"], 20240229)
        with netCDF4.Dataset(self.path) as data:
            self.assertEqual((data.title, data.empty, len(data.resolved_config)), (TITLE, "", 70000))
        for engine in ENGINES:
            with xarray.open_dataset(self.path, engine=engine) as data:
                self.assertEqual((data.title, data.empty, len(data.resolved_config)), (TITLE, "", 70000))

    def test_flags_survive(self):
        for engine in ENGINES:
            with xarray.open_dataset(self.path, group="persons", engine=engine) as data:
                self.assertEqual(data.style.attrs["flag_values"].tolist(), [0, 1, 2, 3])
                self.assertEqual(data.style.attrs["flag_values"].dtype, np.int8)
                self.assertEqual(data.style.attrs["flag_meanings"], "low_low high_low low_high high_high")

    def test_numbers_are_chunked_behind_filters_that_every_reader_has(self):
        with h5py.File(self.path) as file:
            warmth, style = file["population/warmth_mean"], file["persons/style"]
            self.assertEqual((warmth.chunks, warmth.maxshape), ((16, 1, 1), (None, 2, 2)))
            self.assertEqual((warmth.compression, warmth.shuffle), ("gzip", True))
            self.assertEqual((style.compression, style.shuffle), ("gzip", False))
            self.assertEqual(file["persons/person_id"].maxshape, (2, 10))

    def test_ncdump_shows_dimensions_and_text(self):
        shown = subprocess.run(["ncdump", "-h", self.path], check=True, capture_output=True, text=True).stdout
        for line in ("time = UNLIMITED ; // (18 currently)", "bond = UNLIMITED ; // (0 currently)",
                     "float warmth_mean(time, arm, replicate) ;", "byte style(time, arm, replicate, person) ;",
                     "string arm(arm) ;", 'string time:units = "weeks" ;', "style:flag_values = 0b, 1b, 2b, 3b ;",
                     f'string :title = "{TITLE}" ;', "warmth_mean:valid_range = -8.f, 8.f ;"):
            self.assertIn(line, shown)
        self.assertNotIn("phony_dim", shown)

    def test_an_unfinished_file_fails_and_leaves_nothing(self):
        path = os.path.join(self.folder, "short.h5")
        run = subprocess.run([WRITE_SAMPLE, path, "short"], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr), (1, "chunk 0 of dataset 'persons/style' is missing\n"))
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("short")], [])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    WRITE_SAMPLE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
