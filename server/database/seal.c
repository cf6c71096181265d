/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* getentropy() */
#include "database/seal.h"

#include "common/memory.h"

#include <mbedtls/gcm.h>
#include <mbedtls/sha256.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is sealed: layout, id of the key, nonce, tag, and the secret. */
enum {
    KEY_SIZE = 32,
    LAYOUT = 1,
    ID_SIZE = 4,
    NONCE_SIZE = 12,
    TAG_SIZE = 16,
    HEAD_SIZE = 1 + ID_SIZE
};

struct key {
    uint8_t id[ID_SIZE];
    mbedtls_gcm_context gcm;
};

struct loom_seal {
    pthread_mutex_t mutex; /* mbedTLS keeps the state of a message in the context of the key */
    size_t count;
    struct key keys[LOOM_SEAL_KEYS_MAX];
};

/* ---- keys ------------------------------------------------------------------------------------ */

/* Only to find the key again: of random bits a few bits of a hash give nothing away. The functions
 * return nothing in mbedTLS 2, and never fail in software in mbedTLS 3. */
static void make_id(const uint8_t key[KEY_SIZE], uint8_t id[ID_SIZE])
{
    static const uint8_t purpose[] = "loom key id";
    uint8_t digest[32];
    mbedtls_sha256_context sha;
    mbedtls_sha256_init(&sha);
    (void)mbedtls_sha256_starts(&sha, 0);
    (void)mbedtls_sha256_update(&sha, purpose, sizeof purpose);
    (void)mbedtls_sha256_update(&sha, key, KEY_SIZE);
    (void)mbedtls_sha256_finish(&sha, digest);
    mbedtls_sha256_free(&sha);
    memcpy(id, digest, ID_SIZE);
    loom_memory_wipe(digest, sizeof digest);
}

static bool add_key(struct loom_seal *seal, const uint8_t bytes[KEY_SIZE])
{
    struct key *key = &seal->keys[seal->count];
    make_id(bytes, key->id);
    mbedtls_gcm_init(&key->gcm);
    seal->count++;
    return mbedtls_gcm_setkey(&key->gcm, MBEDTLS_CIPHER_ID_AES, bytes, 8 * KEY_SIZE) == 0;
}

void loom_seal_close(struct loom_seal *seal)
{
    if (seal != NULL) {
        for (size_t i = 0; i < seal->count; i++) {
            mbedtls_gcm_free(&seal->keys[i].gcm); /* wipes it */
        }
        (void)pthread_mutex_destroy(&seal->mutex);
        loom_memory_wipe(seal, sizeof *seal);
        free(seal);
    }
}

/* ---- the text of a key file ------------------------------------------------------------------ */

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool read_key(struct loom_text line, uint8_t key[KEY_SIZE])
{
    if (line.length != 2 * KEY_SIZE) {
        return false;
    }
    for (size_t i = 0; i < KEY_SIZE; i++) {
        int high = digit_of(line.data[2 * i]);
        int low = digit_of(line.data[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* @return what is wrong, or NULL */
static const char *read_line(struct loom_seal *seal, struct loom_text line)
{
    uint8_t key[KEY_SIZE];
    const char *wrong = NULL;
    if (line.length > 0 && line.data[line.length - 1] == '\r') {
        line.length--;
    }
    if (line.length == 0 || line.data[0] == '#') {
        return NULL;
    }
    if (!read_key(line, key)) {
        wrong = "a key is 64 hexadecimal digits";
    } else if (seal->count == LOOM_SEAL_KEYS_MAX) {
        wrong = "has too many keys";
    } else if (!add_key(seal, key)) {
        wrong = "out of memory";
    }
    loom_memory_wipe(key, sizeof key);
    return wrong;
}

const char *loom_seal_parse(struct loom_text text, struct loom_seal **seal)
{
    struct loom_seal *made = calloc(1, sizeof *made);
    if (made != NULL && pthread_mutex_init(&made->mutex, NULL) != 0) {
        free(made);
        made = NULL;
    }
    const char *wrong = made == NULL ? "out of memory" : NULL;
    while (wrong == NULL && text.length > 0) {
        const char *end = memchr(text.data, '\n', text.length);
        struct loom_text line = {text.data, end == NULL ? text.length : (size_t)(end - text.data)};
        size_t used = line.length + (end == NULL ? 0 : 1);
        wrong = read_line(made, line);
        text.data += used;
        text.length -= used;
    }
    if (wrong == NULL && made->count == 0) {
        wrong = "has no key in it";
    }
    if (wrong != NULL) {
        loom_seal_close(made);
        made = NULL;
    }
    *seal = made;
    return wrong;
}

/* ---- sealing --------------------------------------------------------------------------------- */

/* What is not secret, but must not change: the head and what it belongs to. @return NULL without
 * memory; else to be freed */
static uint8_t *bind(const uint8_t *head, struct loom_text belongs)
{
    uint8_t *bound = malloc(HEAD_SIZE + belongs.length);
    if (bound != NULL) {
        memcpy(bound, head, HEAD_SIZE);
        if (belongs.length > 0) {
            memcpy(bound + HEAD_SIZE, belongs.data, belongs.length);
        }
    }
    return bound;
}

enum loom_seal_status loom_seal_secret(struct loom_seal *seal, struct loom_text belongs,
                                       struct loom_bytes secret, uint8_t *sealed)
{
    struct key *key = &seal->keys[0];
    uint8_t *nonce = sealed + HEAD_SIZE;
    uint8_t *tag = nonce + NONCE_SIZE;
    sealed[0] = LAYOUT;
    memcpy(sealed + 1, key->id, ID_SIZE);
    uint8_t *bound = secret.length > LOOM_SEAL_SECRET_MAX ? NULL : bind(sealed, belongs);
    /* From the system each time: a generator of our own would repeat itself in a child. */
    bool good = bound != NULL && getentropy(nonce, NONCE_SIZE) == 0;
    (void)pthread_mutex_lock(&seal->mutex);
    good = good && mbedtls_gcm_crypt_and_tag(&key->gcm, MBEDTLS_GCM_ENCRYPT, secret.length, nonce,
                                             NONCE_SIZE, bound, HEAD_SIZE + belongs.length,
                                             secret.data, tag + TAG_SIZE, TAG_SIZE, tag) == 0;
    (void)pthread_mutex_unlock(&seal->mutex);
    free(bound);
    return good ? LOOM_SEAL_OK : LOOM_SEAL_NO_MEMORY;
}

static struct key *find_key(struct loom_seal *seal, const uint8_t id[ID_SIZE])
{
    for (size_t i = 0; i < seal->count; i++) {
        if (memcmp(seal->keys[i].id, id, ID_SIZE) == 0) {
            return &seal->keys[i];
        }
    }
    return NULL;
}

enum loom_seal_status loom_seal_reveal(struct loom_seal *seal, struct loom_text belongs,
                                       struct loom_bytes sealed, uint8_t *secret, size_t *length,
                                       bool *old)
{
    *length = 0;
    if (sealed.length < LOOM_SEAL_OVERHEAD || sealed.data[0] != LAYOUT ||
        sealed.length > LOOM_SEAL_SECRET_MAX + LOOM_SEAL_OVERHEAD) {
        return LOOM_SEAL_BROKEN;
    }
    struct key *key = find_key(seal, sealed.data + 1);
    if (key == NULL) {
        return LOOM_SEAL_UNKNOWN;
    }
    const uint8_t *nonce = sealed.data + HEAD_SIZE;
    const uint8_t *tag = nonce + NONCE_SIZE;
    size_t size = sealed.length - LOOM_SEAL_OVERHEAD;
    uint8_t *bound = bind(sealed.data, belongs);
    if (bound == NULL) {
        return LOOM_SEAL_NO_MEMORY;
    }
    (void)pthread_mutex_lock(&seal->mutex);
    bool good = mbedtls_gcm_auth_decrypt(&key->gcm, size, nonce, NONCE_SIZE, bound,
                                         HEAD_SIZE + belongs.length, tag, TAG_SIZE, tag + TAG_SIZE,
                                         secret) == 0;
    (void)pthread_mutex_unlock(&seal->mutex);
    free(bound);
    if (!good) {
        loom_memory_wipe(secret, size);
        return LOOM_SEAL_BROKEN;
    }
    *length = size;
    if (old != NULL) {
        *old = key != &seal->keys[0];
    }
    return LOOM_SEAL_OK;
}
