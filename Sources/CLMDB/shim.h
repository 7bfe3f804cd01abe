// What Swift sees of LMDB.
#pragma once
#include <lmdb.h>
