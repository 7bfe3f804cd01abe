// SPDX-License-Identifier: Apache-2.0

// What Swift sees of LMDB.
#pragma once
#include <lmdb.h>
