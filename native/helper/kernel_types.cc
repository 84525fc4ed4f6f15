// SPDX-License-Identifier: MIT
#include "kernel_types.h"
#include "retry.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace spyscall {
namespace {

/* What a type and its variants have in common: `task_struct___old` is a task_struct. */
std::string_view NameOf(const btf* types, const btf_type* type) {
  std::string_view name = btf__name_by_offset(types, type->name_off);
  return name.substr(0, name.find("___"));
}

bool IsNamed(const btf_type* type) { return btf_is_composite(type) || btf_is_any_enum(type) || btf_is_typedef(type); }

/* Copies types with all that they consist of. */
class Copier {
 public:
  Copier(const btf* from, btf* to) : from_(from), to_(to) {}

  /* Number of the copy; 0, which is void, of what is not looked into. */
  uint32_t Copy(uint32_t id) {
    if (id == 0) return 0;
    auto [known, fresh] = copies_.try_emplace(id, 0);
    if (!fresh) return known->second;
    const btf_type* type = btf__type_by_id(from_, id);
    if (btf_is_ptr(type)) return copies_[id] = Made(btf__add_ptr(to_, 0));
    if (btf_is_func(type) || btf_is_func_proto(type) || btf_is_var(type) || btf_is_datasec(type)) return 0;
    uint32_t copy = copies_[id] = Made(btf__add_type(to_, from_, type));
    if (btf_is_composite(type)) {
      for (int n = 0; n < btf_vlen(type); n++) {
        uint32_t member = Copy(btf_members(type)[n].type);
        btf_members(At(copy))[n].type = member;
      }
    } else if (btf_is_array(type)) {
      uint32_t element = Copy(btf_array(type)->type), index = Copy(btf_array(type)->index_type);
      btf_array(At(copy))->type = element;
      btf_array(At(copy))->index_type = index;
    } else if (btf_is_mod(type) || btf_is_typedef(type)) {
      uint32_t of = Copy(type->type);
      At(copy)->type = of;
    }
    return copy;
  }

  bool failed() const { return failed_; }

 private:
  uint32_t Made(int id) {
    failed_ |= id < 0;
    return id < 0 ? 0 : id;
  }
  /* Where a copy is until the next one is made. */
  btf_type* At(uint32_t copy) { return const_cast<btf_type*>(btf__type_by_id(to_, copy)); }

  const btf* from_;
  btf* to_;
  std::unordered_map<uint32_t, uint32_t> copies_;
  bool failed_ = false;
};

bool WriteAll(int fd, const char* bytes, size_t length) {
  while (length > 0) {
    ssize_t written = Retry([&] { return write(fd, bytes, length); });
    if (written <= 0) return false;
    bytes += written;
    length -= written;
  }
  return true;
}

}  // namespace

KernelTypes::~KernelTypes() {
  if (excerpt_ >= 0) close(excerpt_);
}

int KernelTypes::Read() {
  types_.reset(btf__load_vmlinux_btf());
  return types_ ? 0 : -errno;
}

int KernelTypes::TracepointArguments(const char* tracepoint) const {
  std::string name = std::string("btf_trace_") + tracepoint;
  int id = btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_TYPEDEF);
  if (id < 0) return -1;
  const btf_type* type = btf__type_by_id(types_.get(), id);
  type = btf__type_by_id(types_.get(), type->type); /* pointer */
  type = btf__type_by_id(types_.get(), type->type); /* prototype */
  return btf_is_func_proto(type) ? btf_vlen(type) - 1 : -1;
}

int KernelTypes::Function(const char* name) const { return btf__find_by_name_kind(types_.get(), name, BTF_KIND_FUNC); }

bool KernelTypes::HasFunction(const char* name) const { return Function(name) > 0; }

bool KernelTypes::HasVariable(const char* name) const {
  return btf__find_by_name_kind(types_.get(), name, BTF_KIND_VAR) > 0;
}

bool KernelTypes::HasStructure(const char* name) const {
  return btf__find_by_name_kind(types_.get(), name, BTF_KIND_STRUCT) > 0;
}

uint32_t KernelTypes::Enumerator(std::string_view name) const {
  const btf* types = types_.get();
  for (uint32_t id = 1; id < btf__type_cnt(types); id++) {
    const btf_type* type = btf__type_by_id(types, id);
    for (int n = 0; btf_is_any_enum(type) && n < btf_vlen(type); n++) {
      bool wide = btf_is_enum64(type);
      uint32_t at = wide ? btf_enum64(type)[n].name_off : btf_enum(type)[n].name_off;
      if (btf__name_by_offset(types, at) == name) return wide ? btf_enum64(type)[n].val_lo32 : btf_enum(type)[n].val;
    }
  }
  return 0;
}

std::string KernelTypes::Excerpt(const btf* ours) {
  std::unordered_set<std::string_view> wanted;
  for (uint32_t id = 1; id < btf__type_cnt(ours); id++) {
    const btf_type* type = btf__type_by_id(ours, id);
    if (IsNamed(type)) wanted.insert(NameOf(ours, type));
  }
  wanted.erase("");
  std::unique_ptr<btf, Free> excerpt(btf__new_empty());
  if (!excerpt) return "";
  Copier copier(types_.get(), excerpt.get());
  for (uint32_t id = 1; id < btf__type_cnt(types_.get()); id++) {
    const btf_type* type = btf__type_by_id(types_.get(), id);
    if (IsNamed(type) && wanted.contains(NameOf(types_.get(), type))) copier.Copy(id);
  }
  uint32_t length = 0;
  const void* bytes = copier.failed() ? nullptr : btf__raw_data(excerpt.get(), &length);
  excerpt_ = bytes == nullptr ? -1 : memfd_create("spyscall-types", MFD_CLOEXEC);
  if (excerpt_ < 0 || !WriteAll(excerpt_, static_cast<const char*>(bytes), length)) return "";
  std::string path = "/proc/self/fd/" + std::to_string(excerpt_);
  return access(path.c_str(), R_OK) == 0 ? path : "";
}

}  // namespace spyscall
