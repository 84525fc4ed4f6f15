// SPDX-License-Identifier: MIT
#include "hello.h"
#include <stdio.h>

int main(void) {
  puts(GREETING);
  return 0;
}
