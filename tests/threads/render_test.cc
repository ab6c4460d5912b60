// Rendering with several threads: the text that one makes.
#include <espial/core/executor.h>
#include <espial/evtx_render.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/threads/logs.h"

namespace espial::threads_test {
namespace {

class Client : public evtx::RenderClient {
 public:
  explicit Client(std::vector<std::shared_ptr<const Source>> logs)
      : logs_(std::move(logs)) {}
  std::shared_ptr<const Source> NextLog() override {
    return next_ == logs_.size() ? nullptr : logs_[next_++];
  }
  bool Write(std::string_view more) override {
    text += more;
    return true;
  }
  void OnDamage(const Source& log, const Damage& damage) override {
    text += log.provenance() + ": " + damage.error.ToString() + "\n";
  }

  std::string text;

 private:
  std::vector<std::shared_ptr<const Source>> logs_;
  size_t next_ = 0;
};

TEST(RenderThreadsTest, AnyNumberMakesTheSameText) {
  const auto logs = MakeLogs();
  const auto render = [&](uint32_t threads) {
    Executor executor(threads);
    Client client(logs);
    evtx::RenderLogs({}, executor, &client);
    return client.text;
  };
  const std::string alone = render(1);
  EXPECT_GT(alone.size(), 1'000'000U);
  for (const uint32_t threads : {2U, 3U, 8U}) {
    EXPECT_TRUE(render(threads) == alone) << threads;
  }
}

}  // namespace
}  // namespace espial::threads_test
