/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate of a client. The only file that sees GnuTLS, which libmicrohttpd is built on. */
#include "http/listener.h"
#include "http/secret.h"

#include <gnutls/gnutls.h>

bool loom_http_certificate(const struct loom_http_request *request, uint8_t digest[32])
{
    const union MHD_ConnectionInfo *info =
        request->http->secure
            ? MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
            : NULL;
    unsigned count = 0;
    const gnutls_datum_t *chain =
        info == NULL ? NULL : gnutls_certificate_get_peers(info->tls_session, &count);
    if (chain == NULL || count == 0) {
        return false;
    }
    loom_http_digest(chain[0].data, chain[0].size, digest);
    return true;
}
