#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace kindred::scenario {

/// Values made once by name and kept for ever. Several threads may ask: what a name stands for does not
/// depend on who asks first, so two that make the same value at once waste work and nothing else.
template <class Value>
class Memo {
 public:
  /// The value of that name; `make()` gives it when nobody asked before. The reference outlives every reader.
  /// @throws what `make` throws; nothing is kept then
  template <class Make>
  const Value& get(std::string_view name, const Make& make) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto known = values_.find(name); known != values_.end()) return *known->second;
    }
    auto made = std::make_unique<const Value>(make());
    const std::lock_guard lock(mutex_);
    return *values_.try_emplace(std::string(name), std::move(made)).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<const Value>, std::less<>> values_;
};

}  // namespace kindred::scenario
