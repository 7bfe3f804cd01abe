// SPDX-License-Identifier: Apache-2.0

// What Swift uses of GnuTLS, beside libmicrohttpd, which drives the sessions: key material that can be
// replaced, the check of a client's certificate, and an answer where libmicrohttpd has none to give.
#pragma once
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

static inline gnutls_datum_t tls_datum(const unsigned char *bytes, size_t count)
{
    gnutls_datum_t datum = {(unsigned char *)bytes, (unsigned int)count};
    return datum;
}

// Key material of a server: certificate chain and private key, and where authorities are given, those
// whose client certificates are trusted. NULL where something does not fit; *reason then says what, as a
// constant text.
static inline void *tls_credentials_make(
    const unsigned char *chain, size_t chain_count, const unsigned char *key, size_t key_count,
    const unsigned char *authorities, size_t authorities_count, const char **reason)
{
    gnutls_certificate_credentials_t credentials = NULL;
    gnutls_datum_t chain_datum = tls_datum(chain, chain_count);
    gnutls_datum_t key_datum = tls_datum(key, key_count);
    gnutls_datum_t authorities_datum = tls_datum(authorities, authorities_count);
    int result = gnutls_certificate_allocate_credentials(&credentials);
    if (result != 0) {
        *reason = gnutls_strerror(result);
        return NULL;
    }
    // Refuses a key that does not belong to the certificate.
    result = gnutls_certificate_set_x509_key_mem2(
        credentials, &chain_datum, &key_datum, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (result >= 0 && authorities_count > 0) {
        result = gnutls_certificate_set_x509_trust_mem(credentials, &authorities_datum, GNUTLS_X509_FMT_PEM);
        if (result == 0) result = GNUTLS_E_NO_CERTIFICATE_FOUND;
    }
    if (result < 0) {
        *reason = gnutls_strerror(result);
        gnutls_certificate_free_credentials(credentials);
        return NULL;
    }
    return credentials;
}

static inline void tls_credentials_free(void *credentials)
{
    gnutls_certificate_free_credentials((gnutls_certificate_credentials_t)credentials);
}

// Lets a session that has not begun its handshake use these credentials; asks for a certificate of the
// client or not.
static inline void tls_session_use(void *session, void *credentials, int asks)
{
    gnutls_credentials_set((gnutls_session_t)session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_certificate_server_set_request(
        (gnutls_session_t)session, asks ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
}

// Whether the client has shown a certificate that is valid now, made for clients where it says for whom,
// and signed by one of the authorities of the session's credentials. The handshake has proved that it
// has the private key.
static inline int tls_session_is_trusted(void *session)
{
    unsigned int status = 0;
    gnutls_typed_vdata_st purpose = {
        GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT, 0};
    int result = gnutls_certificate_verify_peers((gnutls_session_t)session, &purpose, 1, &status);
    return result == 0 && status == 0;
}

// Sends a few bytes without waiting.
static inline void tls_session_send(void *session, const void *bytes, size_t count)
{
    (void)gnutls_record_send((gnutls_session_t)session, bytes, count);
}

// When the first certificate of a chain ends, in Unix seconds; below zero where there is none.
static inline long tls_certificate_end(const unsigned char *chain, size_t count)
{
    gnutls_datum_t datum = tls_datum(chain, count);
    gnutls_x509_crt_t certificate = NULL;
    long end = -1;
    if (gnutls_x509_crt_init(&certificate) != 0) return -1;
    if (gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_PEM) == 0)
        end = (long)gnutls_x509_crt_get_expiration_time(certificate);
    gnutls_x509_crt_deinit(certificate);
    return end;
}
