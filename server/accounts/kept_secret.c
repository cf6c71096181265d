/* SPDX-License-Identifier: Apache-2.0 */
/* What fingerprints of keys are made with: the same for all nodes, and over a restart. */
#define _DEFAULT_SOURCE /* getentropy() */

#include "accounts/kept_parts.h"

#include "catalog/value.h"
#include "common/text.h"
#include "store/stored_user.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECRET_SETTING "fingerprints"

/* A setting is text: sealed bytes as hex. */
struct setting {
    bool found;
    char hex[2 * (LOOM_DIRECTORY_SECRET_SIZE + LOOM_SEAL_OVERHEAD) + 1];
};

static const struct loom_text secret_belongs = {"settings " SECRET_SETTING,
                                                sizeof "settings " SECRET_SETTING - 1};

static bool take_setting(void *user, struct loom_text name, struct loom_text value)
{
    struct setting *setting = user;
    if (loom_text_is(name, SECRET_SETTING) && value.length + 1 == sizeof setting->hex) {
        memcpy(setting->hex, value.data, value.length);
        setting->found = true;
    }
    return !setting->found;
}

static enum loom_database_status open_secret(const struct loom_kept *kept,
                                             const struct setting *setting, uint8_t *secret)
{
    uint8_t sealed[LOOM_DIRECTORY_SECRET_SIZE + LOOM_SEAL_OVERHEAD];
    size_t length;
    bool good =
        loom_hex_read((struct loom_text){setting->hex, sizeof setting->hex - 1}, sealed) &&
        loom_seal_reveal(kept->seal, secret_belongs, (struct loom_bytes){sealed, sizeof sealed},
                         secret, &length, NULL) == LOOM_SEAL_OK;
    return good ? LOOM_DATABASE_OK : LOOM_DATABASE_ERROR;
}

/* Others may begin at the same time: one of them makes it. */
static enum loom_database_status save_setting(const struct loom_kept *kept, struct setting *setting)
{
    struct setting other = {.found = false};
    enum loom_database_status status = loom_stored_document_lock(kept->database);
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_setting_each(kept->database, take_setting, &other);
    }
    if (status == LOOM_DATABASE_OK && other.found) {
        *setting = other;
        return status;
    }
    return status == LOOM_DATABASE_OK
               ? loom_stored_setting_save(kept->database, loom_kept_text(SECRET_SETTING),
                                          loom_kept_text(setting->hex), kept->now())
               : status;
}

static enum loom_database_status make_secret(const struct loom_kept *kept, struct setting *setting,
                                             uint8_t *secret)
{
    uint8_t sealed[LOOM_DIRECTORY_SECRET_SIZE + LOOM_SEAL_OVERHEAD];
    if (getentropy(secret, LOOM_DIRECTORY_SECRET_SIZE) != 0 ||
        loom_seal_secret(kept->seal, secret_belongs,
                         (struct loom_bytes){secret, LOOM_DIRECTORY_SECRET_SIZE},
                         sealed) != LOOM_SEAL_OK) {
        return LOOM_DATABASE_ERROR;
    }
    for (size_t i = 0; i < sizeof sealed; i++) {
        (void)snprintf(setting->hex + 2 * i, 3, "%02x", sealed[i]);
    }
    enum loom_database_status status = loom_database_begin(kept->database);
    if (status == LOOM_DATABASE_OK) {
        status = save_setting(kept, setting);
    }
    if (status == LOOM_DATABASE_OK) {
        status = loom_database_commit(kept->database);
        return status == LOOM_DATABASE_OK ? open_secret(kept, setting, secret) : status;
    }
    loom_database_rollback(kept->database);
    return status;
}

enum loom_database_status loom_kept_secret(struct loom_kept *kept,
                                           uint8_t secret[LOOM_DIRECTORY_SECRET_SIZE])
{
    struct setting setting = {.found = false};
    enum loom_database_status status =
        loom_stored_setting_each(kept->database, take_setting, &setting);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    return setting.found ? open_secret(kept, &setting, secret)
                         : make_secret(kept, &setting, secret);
}

enum loom_database_status loom_kept_is_sealed(struct loom_database *database, bool *sealed)
{
    struct setting setting = {.found = false};
    enum loom_database_status status = loom_stored_key_any(database, sealed);
    if (status == LOOM_DATABASE_OK && !*sealed) {
        status = loom_stored_setting_each(database, take_setting, &setting);
        *sealed = setting.found;
    }
    return status;
}
