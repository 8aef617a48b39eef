#include "sim/record/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>
#include <system_error>

#include "sim/core/errors.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/ensemble_setup.hpp"
#include "sim/record/run_file.hpp"
#include "sim/record/stored_burn_in.hpp"

namespace kindred::record {

namespace {

/// A run of this length is kept when laying out fails, even if no checkpoint was due.
constexpr auto worth_keeping = std::chrono::seconds(5);

std::string branch_hash(const RunOptions& options) {
  return options.burn_in == nullptr ? std::string() : options.burn_in->content_hash();
}

/// Looked at before the spool is touched.
RunIdentity checked(RunIdentity now, const RunOptions& options) {
  if (options.resume) require_same_run(options.output, read_identity(options.output), now);
  return now;
}

bool is_disk_full(const IoError& error) {
  return error.error_number() == ENOSPC || error.error_number() == EDQUOT || error.error_number() == EFBIG;
}

/// What was recorded has no name any more: nothing can be laid out or resumed from it.
/// @throws IoError
void require_spool(const std::string& output) {
  std::error_code ignored;
  if (std::filesystem::exists(spool_path(output), ignored)) return;
  throw IoError(
      spool_path(output),
      "is no longer there: it or its folder was removed or renamed while the run went on. If it was "
      "renamed, give it its name back and try `kindred resume`; otherwise run again");
}

}  // namespace

Society Session::draw_society(int s) const {
  return make_society(plan_.society, plan_.seed, static_cast<std::uint32_t>(s));
}

Session::Session(const Plan& plan, const Model& model, const RunOptions& options)
    : plan_(plan), model_(model), options_(options), first_society_(draw_society(0)),
      study_((check_allocations(plan, first_society_),
              describe_run(plan, model, first_society_, options, branch_hash(options)))),
      first_addition_(study_.file.datasets.size() - options.addition.datasets.size()),
      identity_(checked(identify(plan, study_.file, options), options)),
      spool_(study_.file, options.output, {.resume = options.resume}),
      checkpoints_(CheckpointFolder(options.output, identity_), spool_, options.checkpoint_every,
                   options.stop, options.say) {
  if (options.resume) take_in_earlier_sittings();
  else remove_checkpoint(options.output);
  group_tasks();
}

/// From here on the spool is ours. What another process may have done since the run was looked up shows now.
void Session::take_in_earlier_sittings() {
  if (!has_checkpoint(options_.output))
    throw IoError(options_.output, "was finished by another process just now");
  spool_.keep();
  checkpoints_.mark_kept();
  StoredTasks found = checkpoints_.folder().read();
  std::vector<std::string> lost = std::move(found.damaged);
  for (StoredTask& stored : found.whole) {
    // a state is worth nothing without the chunks that were handed in before it
    if (stored.progress.spool_length > spool_.length_found()) lost.push_back(stored.path);
    else stored_.push_back(std::move(stored));
  }
  checkpoints_.folder().discard(lost);  // before the spool grows past the lengths that they name
  if (!lost.empty() && options_.say)
    options_.say(
        fmt::format("warning: what was kept of {} task{} is damaged or incomplete; {} again from the first "
                    "week",
                    lost.size(), lost.size() == 1 ? "" : "s", lost.size() == 1 ? "it begins" : "they begin"));
}

void Session::group_tasks() {
  std::vector<Task> begun;
  for (const StoredTask& stored : stored_) begun.push_back(stored.progress.task);
  tasks_ = tasks_of(plan_, options_.widest, begun);
  finished_.emplace(plan_, tasks_, static_cast<bool>(options_.addition.fill));
  all_world_weeks_ = world_weeks_of(plan_);
  std::vector<StoredTask> running;
  for (StoredTask& stored : stored_) {
    done_earlier_ += std::int64_t{stored.progress.task.worlds} * stored.progress.weeks_done;
    if (stored.progress.stage == TaskStage::running) {
      running.push_back(std::move(stored));
      continue;
    }
    StateReader in = open_state(stored);
    finished_->restore(stored.progress, in);
    std::erase(tasks_, stored.progress.task);
  }
  left_ = std::move(tasks_);
  if (options_.burn_in != nullptr)
    for (const Task& task : left_)
      if (std::find(begun.begin(), begun.end(), task) == begun.end())
        done_earlier_ += std::int64_t{task.worlds} * plan_.burn_in;
  stored_ = std::move(running);
  done_ = done_earlier_;
}

void Session::begin() {
  if (options_.burn_in_only) return record_burn_in_frame(plan_, study_, spool_);
  record_coordinates(plan_, study_, spool_, first_addition_);
  if (options_.addition.begin) options_.addition.begin(spool_, first_addition_);
  fill_what_waits();
}

void Session::fill(std::size_t replicate, const ReplicateSnapshots& snapshots) {
  options_.addition.fill(static_cast<int>(replicate), snapshots, spool_, first_addition_);
  finished_->filled(replicate);
}

/// The last task of a replicate was saved, and the sitting ended before anything was computed from it.
void Session::fill_what_waits() {
  for (int r = 0; r < plan_.societies * plan_.per_society; ++r) {
    const auto replicate = static_cast<std::size_t>(r);
    if (!options_.addition.fill || !finished_->is_complete(replicate)) continue;
    const Society society = draw_society(r / plan_.per_society);
    if (const auto whole = finished_->take_complete(replicate, society.graph)) fill(replicate, *whole);
  }
}

/// States that are wrong come out of their own past: going on from an earlier week would lead there again.
void Session::observe(const Ensemble<float>& ensemble, TaskWatch& watch) {
  try {
    watch.observe(ensemble);
  } catch (const RunFailed&) {
    hopeless_ = true;
    throw;
  }
}

/// One ensemble through the weeks that are left. @returns false when it was saved and left
bool Session::advance(const Task& task, Ensemble<float>& ensemble, TaskWatch& watch) {
  auto last = Checkpoints::Clock::now();
  const auto save = [&] {
    const std::uint64_t length = checkpoints_.sync();
    checkpoints_.write({task, TaskStage::running, ensemble.weeks_done(), length}, [&](StateWriter& out) {
      watch.save(out);  // first: a salvage looks no further
      ensemble.save(out);
    });
    finished_->save_new(checkpoints_, weeks());
  };
  while (ensemble.weeks_done() < weeks()) {
    if (checkpoints_.stopping()) {
      if (!hopeless_ && (checkpoints_.asked() || checkpoints_.kept())) save();
      return false;
    }
    if (checkpoints_.due(last)) {
      require_spool(options_.output);  // rather now than after all weeks
      checkpoints_.try_to(save);
      last = Checkpoints::Clock::now();
    }
    ensemble.advance();
    observe(ensemble, watch);
    done_ += task.worlds;
    if (options_.progress) options_.progress(done_ - done_earlier_, all_world_weeks_ - done_earlier_);
  }
  return true;
}

/// Where a task begins: where an earlier sitting left it, at the end of a stored burn-in, or before its first
/// week.
void Session::set_out(const Task& task, Ensemble<float>& ensemble, TaskWatch& watch) {
  const auto earlier = std::find_if(stored_.begin(), stored_.end(),
                                    [&](const StoredTask& stored) { return stored.progress.task == task; });
  if (earlier != stored_.end()) {
    StateReader in = open_state(*earlier);
    watch.restore(in);
    ensemble.restore(in);
    in.end();
    return;
  }
  watch.begin(ensemble);
  if (options_.burn_in != nullptr) watch.go_on_from(options_.burn_in->enter(plan_, task, ensemble));
  observe(ensemble, watch);
}

void Session::carry(const Task& task, const Society& society, bool threads) {
  Ensemble<float> ensemble(setup_of(plan_, model_, society, task, options_.isa, threads));
  TaskWatch watch(plan_, study_, spool_, ensemble, task, options_.burn_in_only);
  set_out(task, ensemble, watch);
  if (!advance(task, ensemble, watch)) return;
  watch.finish(ensemble);
  const auto whole =
      finished_->add(task, society.graph, watch.last_frame(),
                     options_.addition.fill ? watch.take_snapshots() : std::vector<ArmSnapshots>{});
  if (whole) fill(replicate_of(plan_, task), *whole);
  if (finished_are_due()) checkpoints_.try_to([&] { finished_->save_new(checkpoints_, weeks()); });
}

/// Tasks shorter than the time between checkpoints are saved when they are finished.
bool Session::finished_are_due() {
  const std::scoped_lock lock(mutex_);
  if (!checkpoints_.due(finished_saved_)) return false;
  finished_saved_ = Checkpoints::Clock::now();
  return true;
}

void Session::failed(std::exception_ptr error) {
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = std::move(error);
  checkpoints_.halt();  // the others save what they have
}

/// Nothing is thrown out of a loop over tasks: those under way are to end at a week, saved.
void Session::attempt(const Task& task, const Society& society, bool threads) {
  if (checkpoints_.stopping()) return;
  try {
    carry(task, society, threads);
  } catch (...) {
    failed(std::current_exception());
  }
}

void Session::carry_out_tasks() {
  if (left_.empty()) return;
  if (run_side_by_side(left_, first_society_.persons(), options_.threads)) {
    // every task writes its own replicate and arms; a society this small is drawn again where it is needed
    parallel::for_tasks(static_cast<std::int64_t>(left_.size()), [&](std::int64_t i) {
      if (checkpoints_.stopping()) return;
      const Task& task = left_[static_cast<std::size_t>(i)];
      try {
        attempt(task, draw_society(task.society), false);
      } catch (...) {
        failed(std::current_exception());
      }
    });
    return;
  }
  int drawn = 0;
  for (const Task& task : left_) {
    if (checkpoints_.stopping()) return;
    if (task.society != drawn) first_society_ = draw_society(drawn = task.society);
    attempt(task, first_society_, true);
  }
}

/// Laying out may take long, and fail for want of room: by then all is on the disk and stands in the
/// checkpoint.
void Session::save_finished_before_layout() {
  if (!checkpoints_.periodic() && !checkpoints_.kept()) return;
  if (!checkpoints_.kept() && Checkpoints::Clock::now() - begun_ < worth_keeping) return;
  checkpoints_.try_to([&] { finished_->save_new(checkpoints_, weeks()); });
}

void Session::stop(const std::string& why, std::optional<double> share) {
  spool_.keep();
  throw Stopped{options_.output, why, share};
}

/// After a failure or a request. Never loses what can be kept.
void Session::leave() {
  if (hopeless_) {
    spool_.keep(false);
    checkpoints_.folder().remove();
    std::rethrow_exception(error_);
  }
  require_spool(options_.output);
  if (!error_ || checkpoints_.kept()) try {
      finished_->save_new(checkpoints_, weeks());
      if (!error_) checkpoints_.begin();
    } catch (...) {
      if (!error_) error_ = std::current_exception();
    }
  if (!error_) stop("stopped on request", static_cast<double>(done_) / static_cast<double>(all_world_weeks_));
  if (!checkpoints_.kept()) std::rethrow_exception(error_);
  try {
    std::rethrow_exception(error_);
  } catch (const IoError& error) {
    stop(fmt::format("{}{}", error.what(), is_disk_full(error) ? "; make room first" : ""));
  } catch (const std::bad_alloc&) {
    stop("not enough memory; fewer threads or a smaller --widest need less");
  } catch (...) {
    spool_.keep();
    throw;
  }
}

RunResult Session::run() {
  try {
    begin();
    carry_out_tasks();
  } catch (...) {
    failed(std::current_exception());
  }
  if (error_ || done_ != all_world_weeks_) leave();
  save_finished_before_layout();
  if (checkpoints_.kept()) spool_.keep();
  try {
    spool_.finish([&] { checkpoints_.folder().remove(); });
  } catch (...) {
    failed(std::current_exception());
    leave();
  }
  RunResult result;
  result.writer = spool_.figures();
  if (study_.population_weeks.empty()) return result;
  result.week = study_.population_weeks.back();
  result.last = finished_->last_frames();
  return result;
}

}  // namespace kindred::record
