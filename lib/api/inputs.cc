#include "lib/api/inputs.h"

#include <espial/core/text.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

namespace espial {
namespace {

namespace fs = std::filesystem;

// "C:/x/DiagLogs.zip" and "DiagLogs/" both have a last name; "." and "/" have
// one only once they are made absolute.
std::string LastName(const std::string& path) {
  fs::path name = fs::path(path).lexically_normal();
  if (!name.has_filename()) name = name.parent_path();
  if (name.filename() == "." || name.filename() == ".." || name.empty()) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error).lexically_normal();
    name = absolute.has_filename() ? absolute : absolute.parent_path();
  }
  const std::string text = name.filename().string();
  return text.empty() ? path : text;
}

// A file in `folder` whose name equals `name` but for case.
std::shared_ptr<const Source> OpenBeside(const fs::path& folder,
                                         std::string_view name,
                                         const std::string& prefix) {
  if (name.empty() || name.find_first_of("/\\") != std::string_view::npos ||
      name == "." || name == "..") {
    return nullptr;
  }
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (!EqualsFold(it->path().filename().string(), name)) continue;
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    auto source = Source::OpenFile(it->path().string(),
                                   prefix + it->path().filename().string());
    if (source) return *source;
  }
  return nullptr;
}

InputFile OpenOne(const fs::path& path, const std::string& provenance) {
  InputFile file;
  file.provenance = provenance;
  auto source = Source::OpenFile(path.string(), provenance);
  if (source) {
    file.source = *std::move(source);
  } else {
    file.error = std::move(source).error();
  }
  const size_t cut = provenance.find_last_of('/');
  const std::string prefix =
      cut == std::string::npos ? std::string() : provenance.substr(0, cut + 1);
  const fs::path folder =
      path.has_parent_path() ? path.parent_path() : fs::path(".");
  file.sibling = [folder, prefix](std::string_view name) {
    return OpenBeside(folder, name, prefix);
  };
  return file;
}

// Something that is named in the result because it is there, and not opened.
InputFile Unopened(std::string provenance, Error error) {
  InputFile file;
  file.provenance = std::move(provenance);
  file.error = std::move(error);
  return file;
}

// What an entry of a folder becomes. Opening a pipe could wait for ever, so
// only files are opened; a link that leads nowhere fails in the opening.
InputFile OpenEntry(const fs::directory_entry& entry,
                    const std::string& provenance) {
  std::error_code ignored;
  const fs::file_type type = entry.status(ignored).type();
  if (type == fs::file_type::fifo || type == fs::file_type::socket ||
      type == fs::file_type::character || type == fs::file_type::block) {
    return Unopened(provenance, {Errc::kUnsupported, "special file", 0,
                                 "pipes, sockets and devices are not read"});
  }
  return OpenOne(entry.path(), provenance);
}

// All files below `path`, folder by folder: one that cannot be listed hides
// what is in it, and nothing else.
Status OpenFolder(const std::string& path, const std::string& name,
                  const Limits& limits, std::vector<InputFile>* files) {
  std::vector<std::pair<fs::path, std::string>> folders = {{path, name}};
  while (!folders.empty()) {
    const auto [folder, provenance] = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    fs::directory_iterator it(folder, error);
    for (const fs::directory_iterator end; !error && it != end;
         it.increment(error)) {
      std::string below = provenance + "/" + it->path().filename().string();
      std::error_code ignored;
      if (it->is_directory(ignored)) {
        if (!it->is_symlink(ignored)) {
          folders.emplace_back(it->path(), std::move(below));
        }
        continue;
      }
      if (files->size() >= limits.members) {
        return Error{Errc::kLimitExceeded, "files below " + path, 0,
                     "limit " + std::to_string(limits.members)};
      }
      files->push_back(OpenEntry(*it, below));
    }
    if (!error) continue;
    Error trouble{Errc::kIo, folder.string(), 0,
                  "cannot list: " + error.message()};
    if (provenance == name) return trouble;
    files->push_back(Unopened(provenance, std::move(trouble)));
  }
  return {};
}

}  // namespace

Result<Inputs> OpenInputs(std::span<const std::string> paths,
                          const Limits& limits) {
  if (paths.empty()) {
    return Error{Errc::kInvalidArgument, "no path was given", 0, {}};
  }
  // The same path twice says nothing new; two paths with the same last name
  // are told apart by the whole path.
  const std::set<std::string> distinct(paths.begin(), paths.end());
  std::map<std::string, int> uses;
  for (const std::string& path : distinct) ++uses[LastName(path)];

  Inputs inputs;
  for (const std::string& path : distinct) {
    std::string name = LastName(path);
    if (uses[name] > 1) name = path;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      return Error{Errc::kNotFound, path, 0, "no such file or folder"};
    }
    if (fs::is_directory(status)) {
      ESPIAL_TRY(OpenFolder(path, name, limits, &inputs.files));
    } else {
      InputFile file = OpenOne(path, name);
      if (file.source == nullptr) return std::move(file.error);
      inputs.files.push_back(std::move(file));
    }
    inputs.names.push_back(std::move(name));
  }
  std::sort(inputs.names.begin(), inputs.names.end());
  std::sort(inputs.files.begin(), inputs.files.end(),
            [](const InputFile& a, const InputFile& b) {
              return a.provenance < b.provenance;
            });
  if (inputs.files.empty()) {
    return Error{Errc::kNotFound, *distinct.begin(), 0,
                 "the folder holds no file"};
  }
  return inputs;
}

}  // namespace espial
