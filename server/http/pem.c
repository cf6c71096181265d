/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "http/pem.h"

#include "common/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX 65536u

/* Without stdio, whose buffer would keep a copy of the key. */
static char *read_file(const char *name)
{
    int descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return NULL;
    }
    char *text = malloc(FILE_MAX + 1);
    size_t length = 0;
    ssize_t got = 1;
    while (text != NULL && length < FILE_MAX && got > 0) {
        got = read(descriptor, &text[length], FILE_MAX - length);
        length += got > 0 ? (size_t)got : 0;
    }
    int error = text == NULL ? ENOMEM : got < 0 ? errno : length == FILE_MAX ? EFBIG : 0;
    (void)close(descriptor);
    if (error != 0) {
        if (text != NULL) {
            loom_memory_wipe(text, length);
        }
        free(text);
        errno = error;
        return NULL;
    }
    text[length] = '\0';
    return text;
}

bool loom_http_pem_read(struct loom_http_pem *pem, const char *certificate_file,
                        const char *key_file)
{
    pem->certificate = read_file(certificate_file);
    pem->key = pem->certificate == NULL ? NULL : read_file(key_file);
    if (pem->key == NULL) {
        int error = errno;
        loom_http_pem_free(pem);
        errno = error;
    }
    return pem->key != NULL;
}

void loom_http_pem_free(struct loom_http_pem *pem)
{
    if (pem->key != NULL) {
        loom_memory_wipe(pem->key, strlen(pem->key));
    }
    free(pem->key);
    free(pem->certificate);
    pem->key = NULL;
    pem->certificate = NULL;
}
