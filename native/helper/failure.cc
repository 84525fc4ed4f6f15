// SPDX-License-Identifier: MIT
#include "failure.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>

namespace spyscall {
namespace {

/* What libbpf has said in this thread since the last step began; the end of it matters most. */
thread_local std::string g_words;

int Listen(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(nullptr, 0, format, arguments);
  if (length > 0) {
    size_t before = g_words.size();
    g_words.resize(before + length + 1); /* the verifier's log is one line */
    vsnprintf(g_words.data() + before, length + 1, format, again);
    g_words.resize(before + length);
  }
  va_end(again);
  if (g_words.size() > 16384) g_words.erase(0, g_words.size() - 16384);
  return 0;
}

}  // namespace

void ListenToLibbpf() { libbpf_set_print(Listen); }

void BeginStep() { g_words.clear(); }

Failure Refused(int error, std::string operation) {
  return {error < 0 ? -error : error, std::move(operation), g_words};
}

}  // namespace spyscall
