// SPDX-License-Identifier: Apache-2.0
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

/// How often the calling thread has called malloc, calloc or realloc, from whatever library.
uint64_t allocations_of_this_thread(void);

/// False in a build with a sanitizer, which replaces malloc itself.
bool allocations_are_counted(void);

#endif
