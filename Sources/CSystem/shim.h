// SPDX-License-Identifier: Apache-2.0

// What Swift sees of pthreads beyond POSIX. Glibc declares these for GNU sources only, which the headers that
// Swift imports are not compiled as.
#pragma once
#include <pthread.h>
#include <time.h>

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *deadline);
int pthread_setname_np(pthread_t thread, const char *name);
