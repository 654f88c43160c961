// SPDX-License-Identifier: MIT
#include "harness/plugins/elf_file.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "core/file.h"

namespace agon::harness {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#else
#error "name this machine's ELF number here"
#endif

// A plugin with its debug information has tens of MB.
constexpr uint64_t kMostBytes = uint64_t{1} << 30;

class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& file) : file_(file) {
    bytes_ = core::read_regular(file, Exit::plugin, kMostBytes);
    if (!std::string_view(bytes_).starts_with(std::string_view(ELFMAG, SELFMAG))) not_elf();
  }

  std::vector<std::string> needed() const {
    const auto header = at<ElfW(Ehdr)>(0);
    if (!header) truncated();
    constexpr unsigned char kClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
    if (header->e_ident[EI_CLASS] != kClass || header->e_machine != kMachine ||
        header->e_ident[EI_DATA] != ELFDATA2LSB) {
      refuse("it was built for another kind of machine", "rebuild the plugin on this machine");
    }
    if (header->e_type != ET_DYN) not_elf();
    std::vector<ElfW(Phdr)> segments;
    for (size_t i = 0; i < header->e_phnum; ++i) {
      const auto segment = at<ElfW(Phdr)>(header->e_phoff + i * sizeof(ElfW(Phdr)));
      if (!segment) truncated();
      // A mapped page beyond the file's end would kill the process with SIGBUS.
      if (segment->p_type == PT_LOAD && !inside(segment->p_offset, segment->p_filesz)) truncated();
      segments.push_back(*segment);
    }
    return needed_of(segments);
  }

 private:
  bool inside(uint64_t offset, uint64_t size) const {
    return offset <= bytes_.size() && size <= bytes_.size() - offset;
  }
  template <typename T>
  std::optional<T> at(uint64_t offset) const {
    if (!inside(offset, sizeof(T))) return std::nullopt;
    T out;
    std::memcpy(&out, bytes_.data() + offset, sizeof(T));
    return out;
  }

  // The dynamic section names strings by address; PT_LOAD says where an address lies in the file.
  std::vector<std::string> needed_of(const std::vector<ElfW(Phdr)>& segments) const {
    std::vector<uint64_t> names;
    uint64_t strings = 0;
    for (const auto& segment : segments) {
      if (segment.p_type != PT_DYNAMIC) continue;
      for (uint64_t o = 0; o + sizeof(ElfW(Dyn)) <= segment.p_filesz; o += sizeof(ElfW(Dyn))) {
        const auto entry = at<ElfW(Dyn)>(segment.p_offset + o);
        if (!entry) truncated();
        if (entry->d_tag == DT_NULL) break;
        if (entry->d_tag == DT_NEEDED) names.push_back(entry->d_un.d_val);
        if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
      }
    }
    std::vector<std::string> out;
    for (const auto& segment : segments) {
      if (segment.p_type != PT_LOAD || strings < segment.p_vaddr ||
          strings - segment.p_vaddr >= segment.p_filesz) {
        continue;
      }
      const uint64_t base = strings - segment.p_vaddr + segment.p_offset;
      for (const uint64_t name : names) {
        if (!inside(base, 0) || name >= bytes_.size() - base) truncated();
        const std::string_view rest = std::string_view(bytes_).substr(base + name);
        out.emplace_back(rest.substr(0, rest.find('\0')));
      }
    }
    return out;
  }

  [[noreturn]] void refuse(const char* reason, const char* fix) const {
    throw Error(Exit::plugin, file_.string(), reason, fix);
  }
  [[noreturn]] void not_elf() const {
    refuse("not an ELF shared object",
           "build the plugin with agon_add_plugin() and name its .agon.so");
  }
  [[noreturn]] void truncated() const {
    refuse("the ELF file is truncated", "copy or build the plugin again");
  }

  const std::filesystem::path& file_;
  std::string bytes_;
};

}  // namespace

std::vector<std::string> needed_libraries(const std::filesystem::path& file) {
  return ElfFile(file).needed();
}

}  // namespace agon::harness
