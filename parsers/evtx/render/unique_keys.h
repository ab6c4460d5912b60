// Keys of one JSON object, each only once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::evtx {

// What follows the name where it was taken already: "", "_1", "_2", ...
class UniqueKeys {
 public:
  // Takes `name`, and with `companion` also name + suffix + "_attributes".
  // Returns the suffix that makes them new.
  std::string Take(std::string_view name, bool companion = false) {
    for (uint32_t count = 0;; ++count) {
      std::string suffix = count == 0 ? "" : "_" + std::to_string(count);
      std::string key = std::string(name) + suffix;
      std::string beside = key + "_attributes";
      if (Has(key) || (companion && Has(beside))) continue;
      keys_.push_back(std::move(key));
      if (companion) keys_.push_back(std::move(beside));
      return suffix;
    }
  }
  [[nodiscard]] bool Has(std::string_view key) const {
    for (const std::string& taken : keys_) {
      if (taken == key) return true;
    }
    return false;
  }
  [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }

 private:
  std::vector<std::string> keys_;
};

}  // namespace espial::evtx
