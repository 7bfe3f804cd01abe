// SPDX-License-Identifier: Apache-2.0
#include "build.h"

#ifndef TIDINGS_REVISION
#define TIDINGS_REVISION "unknown"
#endif
#ifndef TIDINGS_BUILD_DATE
#define TIDINGS_BUILD_DATE "unknown"
#endif

const char *tidings_build_revision(void) { return TIDINGS_REVISION; }
const char *tidings_build_date(void) { return TIDINGS_BUILD_DATE; }
