#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <filesystem>
#include <thread>

#include "sim/core/errors.hpp"
#include "sim/record/hdf5_handle.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/layout_file.hpp"
#include "sim/record/read_file.hpp"
#include "sim/record/spool_format.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using namespace kindred::test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// One thing to submit: dataset and chunk.
using Task = std::pair<std::size_t, std::uint64_t>;

std::vector<std::byte> array_of(std::size_t dataset) {
  if (dataset == time_index) return to_bytes(sample_times());
  if (dataset == person_index) return to_bytes(sample_persons());
  return to_bytes(sample_values());
}

/// All chunks of the sample in an order of its own for each key.
std::vector<Task> shuffled_tasks(std::uint64_t key) {
  const File file = sample_file();
  std::vector<Task> tasks;
  for (const std::size_t dataset : {time_index, person_index, closeness_index}) {
    const Dataset& d = file.datasets[dataset];
    for (std::uint64_t chunk = 0; chunk < chunk_count(d.shape, d.chunk); ++chunk)
      tasks.emplace_back(dataset, chunk);
  }
  std::sort(tasks.begin(), tasks.end(), [key](const Task& a, const Task& b) {
    return scrambled(key + a.first * 97 + a.second) < scrambled(key + b.first * 97 + b.second);
  });
  return tasks;
}

void submit(Spool& spool, const Task& task, std::byte padding) {
  const Dataset& d = spool.file().datasets[task.first];
  const std::size_t width = element_size(d.type);
  std::vector<std::byte> raw = cut_chunk(array_of(task.first), d.shape, d.chunk, task.second, width);
  if (raw.size() > width && task.first == closeness_index) {
    // The last value of an edge chunk lies outside the array: whatever stands there must not matter.
    const ChunkPlace place = chunk_place(d.shape, d.chunk, task.second);
    if (place.extent != d.chunk) raw.back() = padding;
  }
  spool.submit_chunk(task.first, task.second, std::move(raw));
}

void write_with_threads(const std::string& path, std::size_t threads, std::uint64_t key) {
  const std::vector<Task> tasks = shuffled_tasks(key);
  Spool spool(sample_file(), path, {.queue_bytes = 3000});
  std::vector<std::thread> crew;
  for (std::size_t worker = 0; worker < threads; ++worker)
    crew.emplace_back([&, worker] {
      for (std::size_t task = worker; task < tasks.size(); task += threads)
        submit(spool, tasks[task], static_cast<std::byte>(worker + key));
    });
  for (std::thread& member : crew) member.join();
  spool.finish();
}

/// Mounts a small file system in a mount space of this process alone; false when it may not.
bool mount_small(const std::string& folder, const char* size) {
  std::filesystem::create_directory(folder);
  return unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("tmpfs", folder.c_str(), "tmpfs", 0, size) == 0;
}

}  // namespace

TEST_CASE("one, two, three and seven threads in any order write the same file") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "plain.h5", sample_values());
  const std::vector<std::byte> plain = read_bytes(folder / "plain.h5");
  for (const std::size_t threads : {1U, 2U, 3U, 7U}) {
    write_with_threads(folder / "other.h5", threads, threads * 31U);
    CHECK(read_bytes(folder / "other.h5") == plain);
  }
  std::vector<float> values = sample_values();
  values[17] += 1;
  write_sample(sample_file(), folder / "changed.h5", values);
  CHECK(read_bytes(folder / "changed.h5") != plain);
  CHECK(folder.entries() == 3);
}

TEST_CASE(
    "one, two and five writers keep the same spool, in the order of submission, and say what they did") {
  const TemporaryFolder folder;
  std::vector<std::byte> alone;
  for (const int writers : {1, 2, 5}) {
    INFO(writers << " writers");
    Spool spool(sample_file(), folder / "a.h5", {.queue_bytes = 1, .writers = writers});
    std::uint64_t bytes = 0;
    for (const Task& task : shuffled_tasks(7)) {
      const Dataset& d = spool.file().datasets[task.first];
      bytes += value_count(d.chunk) * element_size(d.type);
      submit(spool, task, {});
    }
    spool.sync();
    const std::vector<std::byte> kept = read_bytes(spool_path(folder / "a.h5"));
    if (writers == 1) alone = kept;
    CHECK(kept == alone);
    const WriterFigures figures = spool.figures();
    CHECK(figures.writers == writers);
    CHECK(figures.raw_bytes == bytes);
    CHECK(figures.stored_bytes > 0);
    CHECK(figures.stored_bytes < kept.size());
    CHECK(figures.busy_seconds > 0);
    CHECK(figures.waited_seconds > 0);  // one item at a time has room
  }
}

TEST_CASE("what HDF5's own filters read is what was submitted") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "a.h5", sample_values());
  const Numbers numbers = read_numbers(folder / "a.h5", "persons/closeness");
  CHECK(numbers.shape == std::vector<std::uint64_t>{frames, 2, persons});
  CHECK(numbers.values == widened(sample_values()));
  CHECK(read_numbers(folder / "a.h5", "persons/time").values == sample_times());
  CHECK(read_text(folder / "a.h5", "persons/arm") == std::vector<std::string>{"control", "course"});
  CHECK(verify(folder / "a.h5").empty());
}

TEST_CASE("no object carries the time at which it was made") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "a.h5", sample_values());
  { const FileHandle other(H5Fcreate((folder / "b.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }
  const auto times = [&](const std::string& name, const std::string& object) {
    const FileHandle file(H5Fopen((folder / name).c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    const SpaceHandle space(H5Screate(H5S_SCALAR));
    // Only datasets are stamped unless told otherwise, so the control is one made without being told.
    if (name == "b.h5")
      DatasetHandle(H5Dcreate2(file.get(), object.c_str(), H5T_NATIVE_INT, space.get(), H5P_DEFAULT,
                               H5P_DEFAULT, H5P_DEFAULT));
    const ObjectHandle opened(H5Oopen(file.get(), object.c_str(), H5P_DEFAULT));
    H5O_info_t info{};
    REQUIRE(H5Oget_info2(opened.get(), &info, H5O_INFO_TIME) >= 0);
    return info.ctime;
  };
  for (const std::string object : {"/", "persons", "persons/time", "persons/arm", "persons/closeness"})
    CHECK(times("a.h5", object) == 0);
  CHECK(times("b.h5", "stamped") != 0);
}

TEST_CASE("a missing or doubled chunk is a bug that names dataset and chunk, and nothing is left") {
  const TemporaryFolder folder;
  const std::vector<Task> tasks = shuffled_tasks(1);
  const auto run = [&](bool twice) {
    Spool spool(sample_file(), folder / "a.h5");
    for (const Task& task : tasks)
      if (twice || task != Task{closeness_index, 5}) submit(spool, task, {});
    if (twice) submit(spool, {closeness_index, 5}, {});
    spool.finish();
  };
  CHECK(message_of<Bug>([&] { run(false); }) == "chunk 5 of dataset 'persons/closeness' is missing");
  CHECK(folder.entries() == 0);
  CHECK(message_of<Bug>([&] { run(true); }) == "chunk 5 of dataset 'persons/closeness' was submitted twice");
  CHECK(folder.entries() == 0);
}

TEST_CASE("a chunk of the wrong place or length is refused when it is submitted") {
  const TemporaryFolder folder;
  Spool spool(sample_file(), folder / "a.h5");
  const std::vector<std::byte> right(16 * 32 * 4);
  CHECK_THROWS_AS(spool.submit_chunk(closeness_index, 16, right), Bug);
  CHECK_THROWS_AS(spool.submit_chunk(closeness_index, 0, std::vector<std::byte>(right.size() - 1)), Bug);
  CHECK_THROWS_AS(spool.submit_chunk(1, 0, right), Bug);
  CHECK_THROWS_AS(spool.submit_chunk(9, 0, right), Bug);
  CHECK_THROWS_AS(spool.submit_rows(closeness_index, 0, right), Bug);
  CHECK_NOTHROW(spool.submit_chunk(closeness_index, 15, right));
}

TEST_CASE("a folder that is missing or cannot be written fails before anything runs") {
  const TemporaryFolder folder;
  const auto open = [](const std::string& path) {
    return message_of<IoError>([&] { const Spool spool(sample_file(), path); });
  };
  CHECK_THAT(open(folder / "no/a.h5"), ContainsSubstring("does not exist"));
  write_bytes(folder / "file", {});
  CHECK_THAT(open(folder / "file/a.h5"), ContainsSubstring("is not a folder"));
  CHECK_THAT(open("/proc/a.h5"), ContainsSubstring("/proc/a.h5.spool: cannot be opened"));
  CHECK(folder.entries() == 1);
}

TEST_CASE("two runs cannot write the same output, and one that is abandoned leaves nothing behind") {
  const TemporaryFolder folder;
  {
    const Spool spool(sample_file(), folder / "a.h5");
    CHECK_THAT(message_of<IoError>([&] { const Spool other(sample_file(), folder / "a.h5"); }),
               ContainsSubstring("being written by another run"));
    CHECK(std::filesystem::exists(folder / "a.h5.spool"));
  }
  CHECK(folder.entries() == 0);
}

TEST_CASE("a resumed run writes the bytes of an uninterrupted one") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "whole.h5", sample_values());
  const std::vector<Task> tasks = shuffled_tasks(3);
  std::uint64_t length = 0;
  {
    Spool spool(sample_file(), folder / "a.h5");
    for (std::size_t task = 0; task < 7; ++task) submit(spool, tasks[task], {});
    length = spool.sync();
    for (std::size_t task = 7; task < 9; ++task) submit(spool, tasks[task], {});
    spool.keep();
  }
  std::vector<std::byte> torn = read_bytes(folder / "a.h5.spool");
  REQUIRE(torn.size() > length);
  torn.resize(torn.size() - 5);
  torn.resize(torn.size() + 100000);  // a file system may leave zeros behind, more than what is yet to come
  write_bytes(folder / "a.h5.spool", torn);
  CHECK_THROWS_AS(Spool(sample_file(), folder / "a.h5", {.resume_at = length + 1}), IoError);
  CHECK_THROWS_AS(Spool(sample_file(90), folder / "a.h5", {.resume_at = length}), IoError);
  CHECK_THROWS_AS(Spool(sample_file(), folder / "b.h5", {.resume_at = length}), IoError);
  Spool spool(sample_file(), folder / "a.h5", {.resume_at = length});
  for (std::size_t task = 7; task < tasks.size(); ++task) submit(spool, tasks[task], {});
  spool.finish();
  CHECK(read_bytes(folder / "a.h5") == read_bytes(folder / "whole.h5"));
  CHECK(folder.entries() == 2);
}

TEST_CASE("a torn spool is cut at its last good record") {
  const TemporaryFolder folder;
  {
    Spool spool(sample_file(), folder / "a.h5");
    for (const Task& task : shuffled_tasks(5)) submit(spool, task, {});
    spool.keep();
  }
  const std::string path = folder / "a.h5.spool";
  const std::vector<std::byte> whole = read_bytes(path);
  const Digest declaration = declaration_hash(sample_file());
  const SpoolIndex index = read_spool(PosixFile::open_for_reading(path), declaration);
  REQUIRE(index.good_length == whole.size());
  REQUIRE(index.torn_length == 0);
  const std::uint64_t last = index.records.back().offset - sizeof(RecordHeader);
  for (const std::uint64_t cut : {last + 1, last + 64, last + 65, std::uint64_t{whole.size()} - 1}) {
    write_bytes(path, std::span(whole).first(cut));
    const SpoolIndex found = read_spool(PosixFile::open_for_reading(path), declaration);
    CHECK(found.records.size() == index.records.size() - 1);
    CHECK(found.good_length == last);
    CHECK(found.torn_length == cut - last);
  }
  for (const std::uint64_t at :
       {last, last + 9, last + 17, last + 60, last + 64, std::uint64_t{whole.size()} - 1}) {
    std::vector<std::byte> damaged = whole;
    damaged[at] ^= std::byte{4};
    write_bytes(path, damaged);
    CHECK(read_spool(PosixFile::open_for_reading(path), declaration).good_length == last);
  }
  CHECK_THAT(message_of<IoError>([&] { finalise(sample_file(), folder / "a.h5"); }),
             ContainsSubstring("damaged"));
  write_bytes(path, std::span(whole).first(39));
  CHECK_THROWS_AS(read_spool(PosixFile::open_for_reading(path), declaration), IoError);
  CHECK_FALSE(std::filesystem::exists(folder / "a.h5"));
}

TEST_CASE("a write that fails while the file is laid out is reported, and the run can be resumed") {
  const TemporaryFolder folder;
  std::uint64_t length = 0;
  {
    Spool spool(sample_file(), folder / "a.h5");
    for (const Task& task : shuffled_tasks(2)) submit(spool, task, {});
    length = spool.sync();
    spool.keep();
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const rlimit small{length / 2, limit.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string failure = message_of<IoError>([&] { spool.finish(); });
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, handler);
    CHECK_THAT(failure, ContainsSubstring("a.h5.part: cannot write") && ContainsSubstring("File too large"));
  }
  CHECK(folder.entries() == 1);
  Spool(sample_file(), folder / "a.h5", {.resume_at = length}).finish();
  write_sample(sample_file(), folder / "b.h5", sample_values());
  CHECK(read_bytes(folder / "a.h5") == read_bytes(folder / "b.h5"));
}

TEST_CASE("a full disk is reported by path and leaves nothing under the final name") {
  const TemporaryFolder folder;
  const std::string small = folder / "small";
  if (!mount_small(small, "size=1m")) SKIP("needs the right to mount a small file system");
  File file = sample_file(20000);
  const std::vector<float> values = noise(frames * 2 * 20000, 7);
  const std::string spooling = message_of<IoError>([&] { write_sample(file, small + "/a.h5", values); });
  CHECK_THAT(spooling, ContainsSubstring("/small/a.h5.spool: cannot be written: No space left on device"));
  CHECK(std::filesystem::is_empty(small));
  // Room for the spool (about 300 kB), not for the file beside it.
  file = sample_file(2000);
  write_bytes(small + "/ballast", std::vector<std::byte>(std::size_t{600} << 10U));
  const std::string finishing =
      message_of<IoError>([&] { write_sample(file, small + "/a.h5", noise(frames * 2 * 2000, 7)); });
  CHECK_THAT(finishing, ContainsSubstring("/small/a.h5.part: needs 1 MiB: No space left on device"));
  CHECK(std::distance(std::filesystem::directory_iterator(small), {}) == 1);
  std::filesystem::remove(small + "/ballast");
  write_sample(file, small + "/a.h5", noise(frames * 2 * 2000, 7));
  CHECK(verify(small + "/a.h5").empty());
  umount2(small.c_str(), MNT_DETACH);
}
