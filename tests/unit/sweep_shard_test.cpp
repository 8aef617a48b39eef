#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "sim/app/shard_choice.hpp"
#include "sim/core/errors.hpp"
#include "sim/sweep/chunks.hpp"
#include "sim/sweep/run_shard.hpp"
#include "sim/sweep/script.hpp"
#include "sim/sweep/shard_file.hpp"

using namespace kindred;
using sweep::ResultKey;

namespace {

namespace fs = std::filesystem;
using Environment = std::map<std::string, std::string>;

const record::Digest plan{1, 2};

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "kindred-shard-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

ResultKey key(int point, int replicate) {
  std::string hash(32, 'a');
  hash.back() = static_cast<char>('a' + point);
  return {hash, replicate};
}

/// A finished file of ten results and one failure.
std::string sample(const std::string& path) {
  sweep::ShardWriter writer(path, plan);
  for (int p = 0; p < 10; ++p) writer.add(key(p, 3), {{p + .5, -1}, ""});
  writer.add(key(10, 0), {{}, "person 3 left the range"});
  writer.finish();
  return bytes_of(path);
}

std::string problem_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}
bool says(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

app::ShardChoice choose(const Environment& environment, int shards = 0, const std::string& shard = "") {
  return app::choose_shard(shard, shards, [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? "" : found->second;
  });
}
bool is(const app::ShardChoice& choice, int shard, int shards) {
  return choice.shard == shard && choice.shards == shards;
}
std::string refusal(const Environment& environment, int shards = 0, const std::string& shard = "") {
  return problem_of([&] { choose(environment, shards, shard); });
}

Environment slurm(int id, int first, int last, int step, int count) {
  return {{"SLURM_ARRAY_TASK_ID", std::to_string(id)},
          {"SLURM_ARRAY_TASK_MIN", std::to_string(first)},
          {"SLURM_ARRAY_TASK_MAX", std::to_string(last)},
          {"SLURM_ARRAY_TASK_STEP", std::to_string(step)},
          {"SLURM_ARRAY_TASK_COUNT", std::to_string(count)}};
}

}  // namespace

TEST_CASE("a shard's file gives back what was added, and the last record of a key counts") {
  const Folder folder;
  const std::string path = folder.file("a.shard");
  sample(path);
  auto contents = sweep::read_shard(path, plan);
  CHECK((contents.is_done && contents.torn_length == 0 && contents.damaged_length == 0));
  REQUIRE(contents.results.size() == 11);
  CHECK(contents.results.at(key(4, 3)).values == std::vector<double>{4.5, -1});
  CHECK(contents.results.at(key(10, 0)).failure == "person 3 left the range");
  sweep::ShardWriter writer(path, plan);
  CHECK(writer.found().results.size() == 11);
  writer.add(key(4, 3), {{7, 8}, ""});
  contents = sweep::read_shard(path, plan);
  CHECK_FALSE(contents.is_done);  // somebody went on
  CHECK(contents.results.at(key(4, 3)).values == std::vector<double>{7, 8});
}

TEST_CASE("cut anywhere, a shard's file keeps every record before the cut and can be gone on with") {
  const Folder folder;
  const std::string path = folder.file("a.shard"), whole = sample(path);
  std::size_t before = 0;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    write_bytes(path, whole.substr(0, length));
    const auto contents = sweep::read_shard(path, plan);
    CHECK(contents.good_length + contents.torn_length == length);
    CHECK((contents.results.size() >= before && contents.results.size() <= before + 1));
    before = contents.results.size();
    if (length % 13 != 0) continue;
    sweep::ShardWriter(path, plan).add(key(20, 1), {{1}, ""});
    CHECK(sweep::read_shard(path, plan).results.size() == before + 1);
    CHECK(sweep::read_shard(path, plan).damaged_length == 0);
  }
  CHECK(before == 11);
}

TEST_CASE("any flipped bit costs one record at most, and never gives another number") {
  const Folder folder;
  const std::string path = folder.file("a.shard"), whole = sample(path);
  const auto sound = sweep::read_shard(path, plan);
  constexpr std::size_t header = 24;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    write_bytes(path, flipped);
    if (at < header) {
      CHECK(says(problem_of([&] { sweep::read_shard(path, plan); }), "its beginning is damaged"));
      continue;
    }
    const auto contents = sweep::read_shard(path, plan);
    const bool a_result = contents.results.size() == 10 && contents.is_done && contents.damaged_length > 0;
    const bool the_last = contents.results.size() == 11 && !contents.is_done && contents.torn_length > 0;
    CHECK(a_result != the_last);
    for (const auto& [k, result] : contents.results) {
      CHECK(result.values == sound.results.at(k).values);
      CHECK(result.failure == sound.results.at(k).failure);
    }
  }
}

TEST_CASE("a shard of another plan, something else and a file in use are refused by name") {
  const Folder folder;
  const std::string path = folder.file("a.shard");
  sample(path);
  const auto other = problem_of([&] { sweep::read_shard(path, {1, 3}); });
  CHECK((says(other, path) && says(other, "another plan")));
  CHECK(says(problem_of([&] { sweep::ShardWriter(path, {1, 3}); }), "another plan"));
  CHECK(sweep::read_shard(path, plan).results.size() == 11);  // nothing was changed
  write_bytes(path, "point,result\n1,2\n3,4\n5,6\n7,8\n");
  CHECK(says(problem_of([&] { sweep::read_shard(path, plan); }), "is no shard"));
  CHECK_THROWS_AS(sweep::read_shard(folder.file("none.shard"), plan), IoError);
  const std::string used = folder.file("b.shard");
  const sweep::ShardWriter writer(used, plan);
  CHECK_THROWS_AS(sweep::ShardWriter(used, plan), IoError);
  CHECK(sweep::ShardWriter(folder.file("c.shard"), plan).found().results.empty());
}

TEST_CASE("results of several threads all arrive") {
  const Folder folder;
  const std::string path = folder.file("a.shard");
  {
    sweep::ShardWriter writer(path, plan);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&writer, t] {
        for (int r = 0; r < 200; ++r) writer.add(key(t, r), {{t + r / 1000.0}, ""});
      });
  }
  const auto contents = sweep::read_shard(path, plan);
  CHECK((contents.results.size() == 800 && contents.torn_length == 0));
  CHECK(contents.results.at(key(3, 199)).values == std::vector<double>{3.199});
}

TEST_CASE("points of one society fill chunks side by side, and shards share whole chunks out") {
  std::vector<int> societies;
  sweep::SweepPlan sweep{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 1, 1, {}, Seed(1), {}, {}};
  for (int p = 0; p < 100; ++p) {
    societies.push_back(p % 3);
    sweep.points.push_back({"", p % 3, {}, {}, {}});
  }
  const auto chunks = sweep::chunks_of(societies);
  CHECK(chunks.size() == 9);  // 34, 33 and 33 points in chunks of 16
  for (const auto& chunk : chunks)
    for (const int p : chunk) CHECK((chunk.size() <= sweep::points_per_chunk && p % 3 == chunk.front() % 3));
  for (const int shards : {1, 2, 7, 9, 64}) {
    std::vector<int> all;
    for (int s = 0; s < shards; ++s) {
      const auto points = sweep::points_of_shard(sweep, s, shards);
      CHECK(points.empty() == (s >= 9));
      all.insert(all.end(), points.begin(), points.end());
    }
    std::sort(all.begin(), all.end());
    CHECK((all.size() == 100 && all.front() == 0 && all.back() == 99));
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  }
  CHECK(sweep::lanes_filled({std::vector<int>(16)}, 2, 16) == 1);
  CHECK(sweep::lanes_filled({std::vector<int>(16)}, 3, 16) == 1);
}

TEST_CASE("Slurm's index is the shard, and the array says of how many when it is whole") {
  CHECK(is(choose({}), 0, 1));
  CHECK(is(choose(slurm(3, 0, 11, 1, 12)), 3, 12));
  CHECK(is(choose(slurm(12, 1, 12, 1, 12)), 11, 12));
  CHECK(is(choose(slurm(3, 0, 11, 1, 12), 12), 3, 12));
  // a part of the array that is submitted again does the same shards again
  CHECK(is(choose(slurm(7, 3, 7, 4, 2), 12), 7, 12));
  CHECK(says(refusal(slurm(7, 3, 7, 4, 2)), "add --shards"));
  CHECK(says(refusal(slurm(4, 0, 20, 2, 11)), "add --shards"));
  CHECK(says(refusal(slurm(4, 0, 9, 1, 3)), "add --shards"));
  CHECK(says(refusal(slurm(12, 1, 12, 1, 12), 12), "number the array 0 to 11"));
  CHECK(says(refusal(slurm(3, 1, 12, 1, 12), 12), "number the array 0 to 11"));
  CHECK(says(refusal({{"SLURM_ARRAY_TASK_ID", "3"}}), "Slurm (SLURM_ARRAY_TASK_ID=3): of how many?"));
  CHECK(says(refusal({{"SLURM_ARRAY_TASK_ID", "x"}}), "is no whole number"));
  CHECK(says(refusal({{"SLURM_ARRAY_TASK_ID", "-1"}}, 4), "shard -1 of 4"));
}

TEST_CASE("PBS, Torque, LSF and SGE number their tasks as they do") {
  CHECK(is(choose({{"PBS_ARRAY_INDEX", "0"}}, 4), 0, 4));
  CHECK(is(choose({{"PBS_ARRAYID", "3"}}, 4), 3, 4));
  CHECK(is(choose({{"LSB_JOBINDEX", "1"}}, 4), 0, 4));
  CHECK(is(choose({{"LSB_JOBINDEX", "4"}, {"LSB_JOBINDEX_END", "4"}}), 3, 4));
  CHECK(is(choose({{"SGE_TASK_ID", "4"}}, 4), 3, 4));
  CHECK(is(choose({{"SGE_TASK_ID", "2"},
                   {"SGE_TASK_FIRST", "1"},
                   {"SGE_TASK_LAST", "4"},
                   {"SGE_TASK_STEPSIZE", "1"}}),
           1, 4));
  CHECK(is(choose({{"SGE_TASK_ID", "4"}, {"SGE_TASK_FIRST", "4"}, {"SGE_TASK_LAST", "4"}}, 6), 3, 6));
  // outside an array
  CHECK(is(choose({{"LSB_JOBINDEX", "0"}}), 0, 1));
  CHECK(is(choose({{"SGE_TASK_ID", "undefined"}}), 0, 1));
  CHECK(says(refusal({{"PBS_ARRAY_INDEX", "2"}}), "PBS (PBS_ARRAY_INDEX=2): of how many?"));
  CHECK(says(refusal({{"PBS_ARRAY_INDEX", "4"}}, 4), "number the array 0 to 3"));
  CHECK(says(refusal({{"SGE_TASK_ID", "5"}}, 4), "number the array 1 to 4"));
  CHECK(says(refusal({{"LSB_JOBINDEX", "2"}}), "LSF"));
}

TEST_CASE("a shard on the command line wins, and is checked") {
  CHECK(is(choose(slurm(3, 0, 11, 1, 12), 0, "2/7"), 2, 7));
  CHECK(is(choose({}, 7, "2/7"), 2, 7));
  CHECK(says(refusal({}, 6, "2/7"), "contradict"));
  CHECK(says(refusal({}, 6), "which of them?"));
  CHECK(is(choose({}, 1), 0, 1));
  for (const char* text : {"7/7", "-1/7", "0/0"}) CHECK(says(refusal({}, 0, text), "--shard"));
  for (const char* text : {"3", "a/b", "1/", "/3", "1/2/3", "1 /2"})
    CHECK(says(refusal({}, 0, text), "expected i/n, such as 0/12"));
}

TEST_CASE("times and cores are read as they are written") {
  CHECK(app::seconds_of("90s") == 90);
  CHECK(app::seconds_of("30m") == 1800);
  CHECK(app::seconds_of("2h") == 7200);
  CHECK(app::seconds_of("5") == 5);
  for (const char* text : {"", "h", "1d", "0s", "-3s", "1.5h", "99999999999s"})
    CHECK(says(problem_of([&] { app::seconds_of(text); }), "--max-time"));
  const auto threads = [](const Environment& environment) {
    return app::threads_given([&](const char* name) {
      const auto found = environment.find(name);
      return found == environment.end() ? "" : found->second;
    });
  };
  CHECK(threads({}) == 0);
  CHECK(threads({{"SLURM_CPUS_PER_TASK", "3"}, {"NSLOTS", "9"}}) == 3);
  CHECK(threads({{"NSLOTS", "9"}}) == 9);
  CHECK(threads({{"NCPUS", "all"}}) == 0);
}

TEST_CASE("a batch script keeps odd names apart from its own words") {
  const std::string script = sweep::slurm_script(sweep::shell_word("/a b/kin'dred"), "/s p/100%", "/o/x y.h5",
                                                 {2500, 1000, 3, "02:00:00", "", "", "me"});
  CHECK(says(script, "program=('/a b/kin'\\''dred')"));
  CHECK(says(script, "--output='/s p/100%%/log/%A_%a.log'"));
  CHECK(says(script, "#SBATCH --array=0-999\n"));
  CHECK(says(script, "shards=2500 tasks=1000\n"));
  CHECK(says(script, "#SBATCH --time=02:00:00\n#SBATCH --account=me\n"));
  CHECK_FALSE(says(script, "--mem="));
  CHECK(says(script, "--dependency=\"afterany:$array\""));
  CHECK(says(script, "sweep merge '/s p/100%' -o '/o/x y.h5'"));
}
