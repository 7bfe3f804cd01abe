// SPDX-License-Identifier: Apache-2.0

// What Swift sees of libcrypto: the keyed MAC, the digest, and the comparison in constant time.
#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
