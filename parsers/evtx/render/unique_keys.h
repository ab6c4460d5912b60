// Keys of one JSON object, each only once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace espial::evtx {

// A key that an object has: name, _suffix where that is not 0, and perhaps the
// same with "_attributes" behind it. Names must outlive the keys.
struct TakenKey {
  std::string_view name;
  uint32_t suffix = 0;
  bool companion = false;
};

class UniqueKeys {
 public:
  // `pool` holds the keys of all objects that are open, innermost last; it is
  // memory for reuse and must outlive this.
  explicit UniqueKeys(std::vector<TakenKey>* pool)
      : pool_(*pool), first_(pool->size()) {}
  ~UniqueKeys() { pool_.resize(first_); }
  UniqueKeys(const UniqueKeys&) = delete;
  UniqueKeys& operator=(const UniqueKeys&) = delete;

  // Takes `name`, and with `companion` also name + suffix + "_attributes".
  // Returns the suffix that makes them new: "", "_1", "_2", ...
  std::string Take(std::string_view name, bool companion = false) {
    for (uint32_t suffix = 0;; ++suffix) {
      const TakenKey key{name, suffix, companion};
      if (Has(key)) continue;
      pool_.push_back(key);
      return suffix == 0 ? std::string() : "_" + std::to_string(suffix);
    }
  }

  // All keys as they are printed.
  [[nodiscard]] std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (size_t i = first_; i < pool_.size(); ++i) {
      texts.push_back(Text(pool_[i]));
      if (pool_[i].companion) texts.push_back(texts.back() + "_attributes");
    }
    return texts;
  }

 private:
  static std::string Text(const TakenKey& key) {
    std::string text(key.name);
    if (key.suffix != 0) text += "_" + std::to_string(key.suffix);
    return text;
  }

  static bool Clash(const TakenKey& a, const TakenKey& b) {
    const bool simple =
        a.suffix == 0 && b.suffix == 0 && !a.companion && !b.companion;
    if (simple) return a.name == b.name;
    const std::string x = Text(a);
    const std::string y = Text(b);
    return x == y || (a.companion && x + "_attributes" == y) ||
           (b.companion && y + "_attributes" == x);
  }

  [[nodiscard]] bool Has(const TakenKey& key) const {
    for (size_t i = first_; i < pool_.size(); ++i) {
      if (Clash(pool_[i], key)) return true;
    }
    return false;
  }

  std::vector<TakenKey>& pool_;
  size_t first_;
};

}  // namespace espial::evtx
