/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "firmware.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "loom/model.h"

/* What is read in one step, so that the network need not wait for all of an image. */
#define BLOCK          4096u
#define BLOCKS_AT_ONCE 256u

enum { DEVICE = 3, FIRMWARE_VERSION = 3 };
enum { FIRMWARE_UPDATE = 5, PKG_NAME = 6, PKG_VERSION = 7 };

/* A version: the first digits of the digest of an image. */
#define VERSION_DIGITS 16u

static void tell(struct client_firmware *firmware, const char *what, const char *path)
{
    snprintf(firmware->error, sizeof firmware->error, "%s %s: %s", path, what, strerror(errno));
    if (firmware->port.self != NULL) { /* else it did not start, and the caller tells */
        firmware->config.failed(firmware->config.user, firmware->error);
    }
}

/* What went wrong, as an Update Result: there is no room, or it is something else. */
static enum loom_firmware_result failure(struct client_firmware *firmware, const char *what)
{
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    tell(firmware, what, firmware->part);
    return full ? LOOM_FIRMWARE_RESULT_NO_FLASH : LOOM_FIRMWARE_RESULT_FAILED;
}

/* ---- versions -------------------------------------------------------------------------------- */

static void publish_version(struct client_firmware *firmware, struct loom_path path,
                            const struct client_sha256 *sha)
{
    uint8_t digest[CLIENT_SHA256_SIZE];
    char text[VERSION_DIGITS + 1];
    client_sha256_digest(sha, digest);
    for (size_t i = 0; i < VERSION_DIGITS / 2; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    loom_set_text(firmware->config.model, path, text);
}

static bool read_whole(const char *path, struct client_sha256 *sha)
{
    uint8_t block[BLOCK];
    ssize_t got = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    client_sha256_begin(sha);
    while (file >= 0 && (got = read(file, block, sizeof block)) > 0) {
        client_sha256_add(sha, block, (size_t)got);
    }
    if (file >= 0) {
        close(file);
    }
    return file >= 0 && got == 0;
}

static void name_package(struct client_firmware *firmware, const struct client_sha256 *sha)
{
    firmware->named = true;
    publish_version(firmware, loom_path_resource(FIRMWARE_UPDATE, 0, PKG_VERSION), sha);
}

/* After a restart the image is there already. */
static void name_what_is_there(struct client_firmware *firmware)
{
    const char *state = loom_client_firmware_state(firmware->config.client);
    struct client_sha256 sha;
    if (!firmware->named && (strcmp(state, "downloaded") == 0 || strcmp(state, "deferred") == 0) &&
        read_whole(firmware->part, &sha)) {
        name_package(firmware, &sha);
    }
}

/* ---- an image comes -------------------------------------------------------------------------- */

static void close_image(struct client_firmware *firmware)
{
    if (firmware->image >= 0) {
        close(firmware->image);
    }
    firmware->image = -1;
    firmware->checking = false;
}

static bool has_room(const struct client_firmware *firmware, uint32_t size)
{
    struct statvfs storage;
    return fstatvfs(firmware->folder, &storage) != 0 ||
           (uint64_t)storage.f_bavail * storage.f_frsize >= size;
}

/* Bytes behind the offset were not recorded before the program ended: they come again. */
static bool is_ready(const struct client_firmware *firmware, uint32_t offset)
{
    struct stat status;
    errno = 0;
    return fstat(firmware->image, &status) == 0 && status.st_size >= (off_t)offset &&
           ftruncate(firmware->image, (off_t)offset) == 0 && fsync(firmware->folder) == 0;
}

static enum loom_firmware_result open_image(void *self, uint32_t offset, uint32_t size)
{
    struct client_firmware *firmware = self;
    close_image(firmware);
    firmware->begun = offset;
    firmware->length = offset;
    firmware->named = false;
    client_sha256_begin(&firmware->received);
    firmware->image = open(firmware->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (firmware->image < 0) {
        return failure(firmware, "cannot be opened");
    }
    if (!is_ready(firmware, offset)) {
        return errno == 0 ? LOOM_FIRMWARE_RESULT_FAILED : failure(firmware, "cannot be written");
    }
    /* Only now: what was there before has gone. */
    if (size > offset && !has_room(firmware, size - offset)) {
        errno = ENOSPC;
        return failure(firmware, "cannot be written");
    }
    return LOOM_FIRMWARE_RESULT_INITIAL;
}

/* What the client records of the image is not to be more than what a power loss leaves of it. */
static enum loom_firmware_result write_image(void *self, uint32_t offset, const uint8_t *data,
                                             size_t length)
{
    struct client_firmware *firmware = self;
    size_t written = 0;
    if (firmware->image < 0 || offset != firmware->length) {
        return LOOM_FIRMWARE_RESULT_FAILED;
    }
    while (written < length) {
        ssize_t put = pwrite(firmware->image, data + written, length - written,
                             (off_t)offset + (off_t)written);
        if (put < 0 && errno != EINTR) {
            return failure(firmware, "cannot be written");
        }
        written += put > 0 ? (size_t)put : 0;
    }
    if (fdatasync(firmware->image) != 0) {
        return failure(firmware, "cannot be written");
    }
    client_sha256_add(&firmware->received, data, length);
    firmware->length += (uint32_t)length;
    return LOOM_FIRMWARE_RESULT_INITIAL;
}

/* ---- an image is checked --------------------------------------------------------------------- */

static enum loom_firmware_result verify_image(void *self, uint32_t size)
{
    struct client_firmware *firmware = self;
    struct stat status;
    if (firmware->image < 0) { /* the program was started again in between */
        firmware->image = open(firmware->part, O_RDONLY | O_CLOEXEC);
        firmware->begun = size;
        firmware->length = size;
        client_sha256_begin(&firmware->received);
    }
    if (firmware->image < 0 || fstat(firmware->image, &status) != 0) {
        return failure(firmware, "cannot be read");
    }
    if (firmware->length != size || status.st_size != (off_t)size) {
        return LOOM_FIRMWARE_RESULT_INTEGRITY;
    }
    firmware->checking = true;
    firmware->checked = 0;
    client_sha256_begin(&firmware->whole);
    client_sha256_begin(&firmware->again);
    return LOOM_FIRMWARE_UNDER_WAY;
}

static bool is_same(const struct client_sha256 *one, const struct client_sha256 *other)
{
    uint8_t digests[2][CLIENT_SHA256_SIZE];
    client_sha256_digest(one, digests[0]);
    client_sha256_digest(other, digests[1]);
    return memcmp(digests[0], digests[1], CLIENT_SHA256_SIZE) == 0;
}

/* What is on the disk is what has come, and what it should be. */
static bool is_good(const struct client_firmware *firmware)
{
    uint8_t digest[CLIENT_SHA256_SIZE];
    client_sha256_digest(&firmware->whole, digest);
    return is_same(&firmware->received, &firmware->again) &&
           (firmware->config.wanted == NULL ||
            memcmp(digest, firmware->config.wanted, sizeof digest) == 0);
}

static void end_check(struct client_firmware *firmware, enum loom_firmware_result result)
{
    close_image(firmware);
    if (result == LOOM_FIRMWARE_RESULT_INITIAL) {
        name_package(firmware, &firmware->whole);
    }
    loom_client_firmware_done(firmware->config.client, result);
}

/* @return false: the check has ended */
static bool check_block(struct client_firmware *firmware)
{
    uint8_t block[BLOCK];
    uint32_t at = firmware->checked;
    ssize_t got = pread(firmware->image, block, sizeof block, (off_t)at);
    if (got < 0) {
        end_check(firmware, failure(firmware, "cannot be read"));
        return false;
    }
    if (got == 0) {
        bool good = at == firmware->length && is_good(firmware);
        end_check(firmware, good ? LOOM_FIRMWARE_RESULT_INITIAL : LOOM_FIRMWARE_RESULT_INTEGRITY);
        return false;
    }
    size_t length = (size_t)got;
    size_t before = at < firmware->begun ? firmware->begun - at : 0;
    client_sha256_add(&firmware->whole, block, length);
    if (before < length) {
        client_sha256_add(&firmware->again, block + before, length - before);
    }
    firmware->checked += (uint32_t)length;
    return true;
}

/* ---- an image is installed, or goes ---------------------------------------------------------- */

static enum loom_firmware_result apply_image(void *self)
{
    struct client_firmware *firmware = self;
    if (rename(firmware->part, firmware->config.file) != 0) {
        bool gone = errno == ENOENT && access(firmware->part, F_OK) != 0;
        enum loom_firmware_result result = failure(firmware, "cannot be installed");
        return gone ? LOOM_FIRMWARE_RESULT_INTEGRITY : result;
    }
    if (fsync(firmware->folder) != 0) {
        tell(firmware, "may not survive a power loss", firmware->config.file);
    }
    firmware->installed = true;
    return LOOM_FIRMWARE_UNDER_WAY; /* the next start tells */
}

void client_firmware_drop(struct client_firmware *firmware)
{
    if (firmware->config.file == NULL) {
        return;
    }
    close_image(firmware);
    if (unlink(firmware->part) != 0 && errno != ENOENT) {
        tell(firmware, "cannot be deleted", firmware->part);
    }
    firmware->named = false;
    loom_set_text(firmware->config.model, loom_path_resource(FIRMWARE_UPDATE, 0, PKG_VERSION), "");
}

static void abort_image(void *self)
{
    client_firmware_drop(self);
}

static bool defer_image(void *self, const struct loom_firmware_terms *terms)
{
    const struct client_firmware *firmware = self;
    (void)terms;
    return firmware->config.defers;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

/* In front of the last slash, or where the program runs. */
static bool open_folder(struct client_firmware *firmware)
{
    const char *slash = strrchr(firmware->config.file, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - firmware->config.file) + 1;
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%.*s", (int)length, firmware->config.file);
    firmware->folder = open(length == 0 ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (firmware->folder < 0 || faccessat(firmware->folder, ".", W_OK, 0) != 0) {
        tell(firmware, "cannot be used", length == 0 ? "." : folder);
        return false;
    }
    const char *name = firmware->config.file + length;
    loom_set_text(firmware->config.model, loom_path_resource(FIRMWARE_UPDATE, 0, PKG_NAME), name);
    return true;
}

bool client_firmware_start(struct client_firmware *firmware,
                           const struct client_firmware_config *config)
{
    struct client_sha256 sha;
    *firmware = (struct client_firmware){.config = *config, .folder = -1, .image = -1};
    int length = snprintf(firmware->part, sizeof firmware->part, "%s.part", config->file);
    if (length >= (int)sizeof firmware->part) {
        errno = ENAMETOOLONG;
        tell(firmware, "cannot be used", config->file);
        return false;
    }
    if (!open_folder(firmware)) {
        return false;
    }
    if (read_whole(config->file, &sha)) {
        publish_version(firmware, loom_path_resource(DEVICE, 0, FIRMWARE_VERSION), &sha);
    }
    firmware->port = (struct loom_firmware_port){.self = firmware,
                                                 .open = open_image,
                                                 .write = write_image,
                                                 .verify = verify_image,
                                                 .apply = apply_image,
                                                 .abort = abort_image,
                                                 .defer = defer_image};
    firmware->update.port = &firmware->port;
    firmware->update.attempts_most = config->attempts_most;
    /* An image that is still there was not installed. */
    firmware->update.applied = access(firmware->part, F_OK) == 0 ? LOOM_FIRMWARE_RESULT_INITIAL
                                                                 : LOOM_FIRMWARE_RESULT_SUCCESS;
    return true;
}

uint64_t client_firmware_deadline(const struct client_firmware *firmware)
{
    return firmware->checking || firmware->installed ? 0 : UINT64_MAX;
}

void client_firmware_step(struct client_firmware *firmware)
{
    if (firmware->config.file == NULL) {
        return;
    }
    uint32_t blocks = 0;
    while (firmware->checking && blocks < BLOCKS_AT_ONCE && check_block(firmware)) {
        blocks++;
    }
    name_what_is_there(firmware);
}

void client_firmware_stop(struct client_firmware *firmware)
{
    if (firmware->config.file == NULL) {
        return;
    }
    close_image(firmware);
    if (firmware->folder >= 0) {
        close(firmware->folder);
    }
    firmware->folder = -1;
}
