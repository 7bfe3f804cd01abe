// SPDX-License-Identifier: Apache-2.0

// What Swift sees of libcurl. `curl_easy_setopt` and `curl_easy_getinfo` are variadic, which Swift
// cannot import.
#pragma once
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

typedef size_t (*ccurl_bytes_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_prerequest_callback)(
    void *context, char *primary_address, char *local_address, int primary_port, int local_port);

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_bytes_callback(
    CURL *handle, CURLoption option, ccurl_bytes_callback function
) {
    return curl_easy_setopt(handle, option, function);
}

static inline CURLcode ccurl_set_prerequest(CURL *handle, ccurl_prerequest_callback function) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
}

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
