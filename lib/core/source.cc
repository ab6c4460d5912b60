#include <espial/core/source.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace espial {
namespace {

Error IoError(const std::string& path, const char* action, int error) {
  const Errc code = error == ENOENT ? Errc::kNotFound : Errc::kIo;
  return {code, path, 0,
          std::string(action) + ": " + std::generic_category().message(error)};
}

// Closes a descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Pipes and devices have no size to map: read them to their end.
Result<std::vector<std::byte>> ReadAll(int fd, const std::string& path) {
  std::vector<std::byte> bytes;
  size_t used = 0;
  for (;;) {
    if (used == bytes.size()) bytes.resize(used + used / 2 + (64U << 10U));
    const ssize_t got = read(fd, bytes.data() + used, bytes.size() - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return IoError(path, "cannot read", errno);
    }
    if (got == 0) break;
    used += static_cast<size_t>(got);
  }
  bytes.resize(used);
  return bytes;
}

}  // namespace

std::string_view ProvenanceName(std::string_view provenance) {
  const size_t cut = provenance.find_last_of("!/");
  return cut == std::string_view::npos ? provenance
                                       : provenance.substr(cut + 1);
}

std::string_view Source::name() const { return ProvenanceName(provenance_); }

Result<std::shared_ptr<const Source>> Source::OpenFile(const std::string& path,
                                                       std::string provenance) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return IoError(path, "cannot open", errno);
  struct stat info = {};
  if (fstat(file.get(), &info) != 0) return IoError(path, "cannot stat", errno);
  if (S_ISDIR(info.st_mode)) return IoError(path, "cannot read", EISDIR);

  std::shared_ptr<Source> source(new Source());
  source->provenance_ = std::move(provenance);
  if (!S_ISREG(info.st_mode)) {
    ESPIAL_TRY_ASSIGN(source->owned_, ReadAll(file.get(), path));
    source->bytes_ = source->owned_;
    return std::shared_ptr<const Source>(std::move(source));
  }
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) return std::shared_ptr<const Source>(std::move(source));
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapping == MAP_FAILED) return IoError(path, "cannot map", errno);
  source->mapping_ = mapping;
  source->mapping_size_ = size;
  source->bytes_ = Bytes(static_cast<const std::byte*>(mapping), size);
  return std::shared_ptr<const Source>(std::move(source));
}

std::shared_ptr<const Source> Source::FromBytes(std::string provenance,
                                                std::vector<std::byte> bytes) {
  std::shared_ptr<Source> source(new Source());
  source->provenance_ = std::move(provenance);
  source->owned_ = std::move(bytes);
  source->bytes_ = source->owned_;
  return source;
}

Source::~Source() {
  if (mapping_ != nullptr) munmap(mapping_, mapping_size_);
}

}  // namespace espial
