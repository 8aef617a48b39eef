#include "sim/bench/numpy_child.hpp"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "sim/core/errors.hpp"

namespace kindred::bench {

namespace {

constexpr const char* python = "/usr/bin/python3";  // Debian's modules live there

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

NumpyChild::NumpyChild(const Input& in) {
  if (!start()) {
    problem_ = std::string("no ") + python;
    return;
  }
  std::ostringstream head;
  head << in.x.size() << ' ' << in.neighbour.size();
  for (const float p : in.parameters) head << ' ' << p;
  const bool sent = send(head.str() + "\n") && send(bytes_of(in.row_offset)) &&
                    send(bytes_of(in.neighbour)) && send(bytes_of(in.x)) && send(bytes_of(in.y));
  const std::string answer = line();
  if (answer.rfind("ready ", 0) == 0 && sent) versions_ = answer.substr(6);
  else problem_ = answer.empty() ? std::string(python) + " ended at once" : answer + " in " + python;
}

NumpyChild::~NumpyChild() {
  if (socket_ >= 0) close(socket_);  // its loop over the input ends
  if (process_ > 0) waitpid(process_, nullptr, 0);
}

/// A socket, not pipes: writing to a process that has died is then an answer and not a signal.
bool NumpyChild::start() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string name = python, flag = "-c", script = numpy_script();
  char* const arguments[] = {name.data(), flag.data(), script.data(), nullptr};
  const int failed = posix_spawn(&process_, python, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  socket_ = ends[0];
  if (failed != 0) process_ = -1;
  return failed == 0;
}

bool NumpyChild::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string NumpyChild::line() {
  for (;;) {
    if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
      const std::string one = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return one;
    }
    char buffer[512];
    const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) return "";
    unread_.append(buffer, static_cast<std::size_t>(got));
  }
}

std::pair<double, double> NumpyChild::ask(const std::string& question) {
  std::pair<double, double> answer;
  const bool sent = send(question + "\n");
  std::istringstream words(line());
  if (!sent || !(words >> answer.first >> answer.second)) throw IoError(python, "ended while it was timed");
  return answer;
}

Times NumpyChild::steps(std::int64_t count) {
  const auto [wall, cpu] = ask("steps " + std::to_string(count));
  return {wall, cpu};
}

std::pair<double, double> NumpyChild::moments() { return ask("moments"); }

}  // namespace kindred::bench
