// SPDX-License-Identifier: Apache-2.0

// What Swift sees of jemalloc. Linked with it, the executable and every library take its malloc and free
// (ELF symbol interposition: it comes before libc among what the executable needs).
#pragma once
#include <jemalloc/jemalloc.h>
