// SPDX-License-Identifier: Apache-2.0

// Replaces malloc, calloc and realloc of the test process by ones that count, for each thread separately, and
// then call glibc's. An executable's definitions come before those of every shared library (ELF symbol
// interposition; glibc manual, "Replacing malloc"), so that the allocations of Swift's runtime, libcrypto and
// librdkafka count too. free and the aligned functions stay glibc's: the memory is glibc's.
#include "allocations.h"
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

static _Thread_local uint64_t allocations;

uint64_t allocations_of_this_thread(void) { return allocations; }

#ifdef HAS_SANITIZER

bool allocations_are_counted(void) { return false; }

#else

bool allocations_are_counted(void) { return true; }

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    allocations++;
    return __libc_realloc(memory, size);
}

#endif
