/* SPDX-License-Identifier: MIT */
/* What the kernel says of its own types (BTF). */
#ifndef SPY_HELPER_KERNEL_TYPES_H
#define SPY_HELPER_KERNEL_TYPES_H

#include <bpf/btf.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace spyscall {

class KernelTypes {
 public:
  ~KernelTypes();
  /* 0 or a negative errno. */
  int Read();
  /* How many arguments a tracepoint's handler takes, the leading context not counted; -1 when there is no such tracepoint. */
  int TracepointArguments(const char* tracepoint) const;
  bool HasFunction(const char* name) const;
  bool HasVariable(const char* name) const;
  bool HasStructure(const char* name) const;
  /* The value of an enumerator, of an enumeration without a name, too; 0 when there is none. */
  uint32_t Enumerator(std::string_view name) const;
  /* Number of a function's type, by which programs are attached to it; negative when there is no such function. */
  int Function(const char* name) const;
  /*
   * Path of a file with those of the kernel's types that are named as one of `ours`, and what they consist of: libbpf looks through all that it is given for each of
   * ours, and the kernel has over a hundred thousand. Pointers lead nowhere in it. Empty when there can be no such file; valid as long as this object.
   */
  std::string Excerpt(const btf* ours);

 private:
  struct Free {
    void operator()(btf* types) const { btf__free(types); }
  };
  std::unique_ptr<btf, Free> types_;
  int excerpt_ = -1;
};

}  // namespace spyscall

#endif
