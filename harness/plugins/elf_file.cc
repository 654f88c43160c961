// SPDX-License-Identifier: MIT
#include "harness/plugins/elf_file.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
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
    const Dynamic dynamic = read_dynamic(segments());
    std::vector<std::string> out;
    for (const uint64_t name : dynamic.needed) out.push_back(text(dynamic, name));
    return out;
  }

  // The table of dynamic symbols does not say where it ends: where the next table begins.
  std::vector<std::string> exported() const {
    const Dynamic dynamic = read_dynamic(segments());
    std::vector<std::string> out;
    for (uint64_t o = dynamic.symbols;
         dynamic.symbols != 0 && o + sizeof(ElfW(Sym)) <= dynamic.symbols_end;
         o += sizeof(ElfW(Sym))) {
      const auto symbol = at<ElfW(Sym)>(o);
      if (!symbol) truncated();
      const int binding = symbol->st_info >> 4, visibility = symbol->st_other & 3;
      if (symbol->st_shndx == SHN_UNDEF || binding == STB_LOCAL) continue;
      if (visibility == STV_HIDDEN || visibility == STV_INTERNAL) continue;
      out.push_back(text(dynamic, symbol->st_name));
    }
    return out;
  }

  // Of functions, by the full table of symbols or, where that was stripped, the dynamic one.
  std::vector<std::string> symbols_at(std::span<const uint64_t> addresses) const {
    std::vector<std::string> names(addresses.size());
    static_cast<void>(segments());  // it is for this machine
    const auto header = at<ElfW(Ehdr)>(0);
    std::vector<ElfW(Shdr)> sections;
    for (size_t i = 0; i < header->e_shnum; ++i) {
      const auto section = at<ElfW(Shdr)>(header->e_shoff + i * sizeof(ElfW(Shdr)));
      if (!section) truncated();
      sections.push_back(*section);
    }
    for (const uint32_t wanted : {uint32_t{SHT_SYMTAB}, uint32_t{SHT_DYNSYM}}) {
      const auto table = std::ranges::find(sections, wanted, &ElfW(Shdr)::sh_type);
      if (table == sections.end() || table->sh_link >= sections.size()) continue;
      if (!inside(table->sh_offset, table->sh_size)) truncated();
      Dynamic strings;
      strings.strings = sections[table->sh_link].sh_offset;
      for (uint64_t o = 0; o + sizeof(ElfW(Sym)) <= table->sh_size; o += sizeof(ElfW(Sym))) {
        const auto symbol = at<ElfW(Sym)>(table->sh_offset + o);
        if (!symbol || (symbol->st_info & 15) != STT_FUNC || symbol->st_shndx == SHN_UNDEF)
          continue;
        for (size_t i = 0; i < addresses.size(); ++i) {
          if (addresses[i] - symbol->st_value < symbol->st_size)
            names[i] = text(strings, symbol->st_name);
        }
      }
      break;
    }
    return names;
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

  std::vector<ElfW(Phdr)> segments() const {
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
    return segments;
  }

  // Places in the file, 0 where there is none.
  struct Dynamic {
    std::vector<uint64_t> needed;  // in the strings
    uint64_t strings = 0, symbols = 0, symbols_end = 0;
  };

  // The dynamic section names strings by address; PT_LOAD says where an address lies in the file.
  Dynamic read_dynamic(const std::vector<ElfW(Phdr)>& segments) const {
    Dynamic dynamic;
    std::vector<uint64_t> tables;
    for (const auto& segment : segments) {
      if (segment.p_type != PT_DYNAMIC) continue;
      for (uint64_t o = 0; o + sizeof(ElfW(Dyn)) <= segment.p_filesz; o += sizeof(ElfW(Dyn))) {
        const auto entry = at<ElfW(Dyn)>(segment.p_offset + o);
        if (!entry) truncated();
        if (entry->d_tag == DT_NULL) break;
        if (entry->d_tag == DT_NEEDED) dynamic.needed.push_back(entry->d_un.d_val);
        if (entry->d_tag == DT_STRTAB) dynamic.strings = entry->d_un.d_ptr;
        if (entry->d_tag == DT_SYMTAB) dynamic.symbols = entry->d_un.d_ptr;
        for (const auto tag : {DT_STRTAB, DT_HASH, DT_GNU_HASH, DT_VERSYM, DT_VERNEED, DT_VERDEF,
                               DT_RELA, DT_REL, DT_JMPREL}) {
          if (entry->d_tag == tag) tables.push_back(entry->d_un.d_ptr);
        }
      }
    }
    const auto in_file = [&](uint64_t address) -> uint64_t {
      for (const auto& segment : segments) {
        if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
            address - segment.p_vaddr < segment.p_filesz)
          return address - segment.p_vaddr + segment.p_offset;
      }
      return 0;
    };
    dynamic.strings = in_file(dynamic.strings);
    dynamic.symbols = in_file(dynamic.symbols);
    for (const uint64_t address : tables) {
      const uint64_t place = in_file(address);
      if (place > dynamic.symbols && (dynamic.symbols_end == 0 || place < dynamic.symbols_end))
        dynamic.symbols_end = place;
    }
    if (dynamic.strings == 0) dynamic.needed.clear();
    return dynamic;
  }

  std::string text(const Dynamic& dynamic, uint64_t name) const {
    if (!inside(dynamic.strings, 0) || name >= bytes_.size() - dynamic.strings) truncated();
    const std::string_view rest = std::string_view(bytes_).substr(dynamic.strings + name);
    return std::string(rest.substr(0, rest.find('\0')));
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

std::vector<std::string> symbols_at(const std::filesystem::path& file,
                                    std::span<const uint64_t> addresses) {
  return ElfFile(file).symbols_at(addresses);
}

std::vector<std::string> exported_symbols(const std::filesystem::path& file) {
  return ElfFile(file).exported();
}

}  // namespace agon::harness
