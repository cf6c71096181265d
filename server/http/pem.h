/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The files of a certificate and its key. Of this room only.
 */
#ifndef LOOM_HTTP_PEM_H
#define LOOM_HTTP_PEM_H

#include <stdbool.h>

struct loom_http_pem {
    char *certificate; /**< text that ends with NUL */
    char *key;
};

/** Reads both files. @return false: see errno; nothing is held */
bool loom_http_pem_read(struct loom_http_pem *pem, const char *certificate_file,
                        const char *key_file);

/** Wipes the key and frees both; NULLs are allowed. */
void loom_http_pem_free(struct loom_http_pem *pem);

#endif
