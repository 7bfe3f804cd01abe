// SPDX-License-Identifier: Apache-2.0

// What Swift sees of libyaml.
#pragma once
#include <yaml.h>
