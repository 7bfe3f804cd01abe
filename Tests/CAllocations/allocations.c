// SPDX-License-Identifier: Apache-2.0

// Replaces malloc, calloc and realloc of the test process by ones that count, for each thread separately, and
// then call the next ones: jemalloc's, which the executable under test brings, or glibc's. An executable's
// definitions come before those of every shared library (ELF symbol interposition; glibc manual, "Replacing
// malloc"), so that the allocations of Swift's runtime, libcrypto and librdkafka count too. free and the
// aligned functions are not replaced: the memory is that of the next allocator.
#define _GNU_SOURCE
#include "allocations.h"
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

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

/// The definition behind this one. dlsym allocates nothing where it succeeds (glibc since 2.34).
static void *next(const char *name, void **known) {
    void *function = __atomic_load_n(known, __ATOMIC_RELAXED);
    if (function == NULL) {
        function = dlsym(RTLD_NEXT, name);
        if (function == NULL) abort();
        __atomic_store_n(known, function, __ATOMIC_RELAXED);
    }
    return function;
}

void *malloc(size_t size) {
    static void *known;
    allocations++;
    return ((void *(*)(size_t))next("malloc", &known))(size);
}

void *calloc(size_t count, size_t size) {
    static void *known;
    allocations++;
    return ((void *(*)(size_t, size_t))next("calloc", &known))(count, size);
}

void *realloc(void *memory, size_t size) {
    static void *known;
    allocations++;
    return ((void *(*)(void *, size_t))next("realloc", &known))(memory, size);
}

#endif
