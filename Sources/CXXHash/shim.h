// SPDX-License-Identifier: Apache-2.0

// What Swift sees of libxxhash.
#pragma once
#include <xxhash.h>
