// What Swift sees of libxxhash.
#pragma once
#include <xxhash.h>
