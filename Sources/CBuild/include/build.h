// SPDX-License-Identifier: Apache-2.0
/* Which sources a binary was built from. The build gives both: see Package.swift. */
#ifndef TIDINGS_BUILD_H
#define TIDINGS_BUILD_H

/* The commit, or "unknown". */
const char *tidings_build_revision(void);
/* The date of that commit or of the build in ISO 8601, or "unknown". */
const char *tidings_build_date(void);

#endif
