/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loom/port_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A file is a head of 16 bytes, numbers with the lowest byte first, and the record:
 *
 *   0  "LOOM"
 *   4  version of this format
 *   8  length of the record
 *   12 CRC-32 (IEEE 802.3) of the head before it and of the record
 */
enum { HEAD_SIZE = 16, HEAD_CHECKED = 12, FORMAT_VERSION = 1 };

static const uint8_t magic[4] = {'L', 'O', 'O', 'M'};

/* ---- helpers --------------------------------------------------------------------------------- */

/* Where a record is: names for the system, and for the error text. */
struct place {
    const char *directory;
    const char *name;
    int descriptor; /* of the directory */
    char *error;
    size_t error_size;
};

static enum loom_status refuse(const struct place *place, enum loom_status status,
                               const char *reason)
{
    snprintf(place->error, place->error_size, "%s/%s: %s", place->directory, place->name, reason);
    return status;
}

static enum loom_status refuse_errno(const struct place *place, const char *action)
{
    char reason[128];

    snprintf(reason, sizeof reason, "%s: %s", action, strerror(errno));
    return refuse(place, LOOM_UNAVAILABLE, reason);
}

static uint32_t crc32_update(uint32_t crc, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
        }
    }
    return crc;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t checksum(const uint8_t *head, const uint8_t *data, size_t length)
{
    return ~crc32_update(crc32_update(UINT32_MAX, head, HEAD_CHECKED), data, length);
}

/* The name of the file that is written first. */
static bool temporary_name(const char *name, char *temporary, size_t size)
{
    int length = snprintf(temporary, size, "%s.tmp", name);

    return length > 0 && (size_t)length < size;
}

static bool name_is_usable(const char *name)
{
    return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0 && strlen(name) <= NAME_MAX - strlen(".tmp");
}

static enum loom_status open_place(struct place *place)
{
    if (place->error_size > 0) {
        place->error[0] = '\0';
    }
    if (!name_is_usable(place->name)) {
        return refuse(place, LOOM_BAD_REQUEST, "not the name of a file");
    }
    place->descriptor = open(place->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->descriptor < 0 && errno == ENOENT) {
        return refuse(place, LOOM_NOT_FOUND, "there is no such folder");
    }
    if (place->descriptor < 0) {
        return refuse_errno(place, "cannot open the folder");
    }
    return LOOM_OK;
}

static bool write_all(int file, const uint8_t *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, data, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        data += written;
        length -= (size_t)written;
    }
    return true;
}

/* @return bytes read, fewer than `length` at the end of the file; -1 */
static ssize_t read_all(int file, uint8_t *data, size_t length)
{
    size_t done = 0;

    while (done < length) {
        ssize_t got = read(file, data + done, length - done);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* ---- save ------------------------------------------------------------------------------------ */

static bool write_record(int file, const uint8_t *data, size_t length)
{
    uint8_t head[HEAD_SIZE];

    memcpy(head, magic, sizeof magic);
    put_u32(head + 4, FORMAT_VERSION);
    put_u32(head + 8, (uint32_t)length);
    put_u32(head + HEAD_CHECKED, checksum(head, data, length));
    return write_all(file, head, sizeof head) && write_all(file, data, length) && fsync(file) == 0;
}

/* Writes the record beside the old one. On failure nothing is left of it. */
static enum loom_status write_temporary(const struct place *place, const char *temporary,
                                        const uint8_t *data, size_t length)
{
    enum loom_status status = LOOM_OK;
    int file;

    /* One that a power cut left behind may have another owner or mode. */
    if (unlinkat(place->descriptor, temporary, 0) != 0 && errno != ENOENT) {
        return refuse_errno(place, "cannot remove what an earlier save left");
    }
    file = openat(place->descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  S_IRUSR | S_IWUSR);
    if (file < 0) {
        return refuse_errno(place, "cannot create a new file");
    }
    if (!write_record(file, data, length)) {
        status = refuse_errno(place, "cannot write");
    }
    if (close(file) != 0 && status == LOOM_OK) {
        status = refuse_errno(place, "cannot write");
    }
    if (status != LOOM_OK) {
        (void)unlinkat(place->descriptor, temporary, 0);
    }
    return status;
}

/* Makes a new or removed name last; some file systems cannot be asked to, and need not. */
static enum loom_status sync_directory(const struct place *place)
{
    if (fsync(place->descriptor) != 0 && errno != EINVAL) {
        return refuse_errno(place, "cannot sync the folder");
    }
    return LOOM_OK;
}

static enum loom_status replace(const struct place *place, const void *data, size_t length)
{
    char temporary[NAME_MAX + 1];
    enum loom_status status;

    if (!temporary_name(place->name, temporary, sizeof temporary)) {
        return refuse(place, LOOM_BAD_REQUEST, "not the name of a file");
    }
    status = write_temporary(place, temporary, data, length);
    if (status != LOOM_OK) {
        return status;
    }
    if (renameat(place->descriptor, temporary, place->descriptor, place->name) != 0) {
        status = refuse_errno(place, "cannot replace");
        (void)unlinkat(place->descriptor, temporary, 0);
        return status;
    }
    return sync_directory(place);
}

enum loom_status loom_file_store_save(const char *directory, const char *name, const void *data,
                                      size_t length, char *error, size_t error_size)
{
    struct place place = {directory, name, -1, error, error_size};
    enum loom_status status = open_place(&place);

    if (status != LOOM_OK) {
        return status;
    }
    if (length > LOOM_FILE_RECORD_MAX) {
        status = refuse(&place, LOOM_TOO_LARGE, "the record is too large");
    } else {
        status = replace(&place, data, length);
    }
    close(place.descriptor);
    return status;
}

/* ---- load ------------------------------------------------------------------------------------ */

static enum loom_status read_record(const struct place *place, int file, uint8_t *data, size_t room,
                                    size_t *length)
{
    uint8_t head[HEAD_SIZE];
    uint8_t beyond;
    uint32_t stated;
    ssize_t more;
    ssize_t got = read_all(file, head, sizeof head);

    if (got < 0) {
        return refuse_errno(place, "cannot read");
    }
    if (got != HEAD_SIZE || memcmp(head, magic, sizeof magic) != 0) {
        return refuse(place, LOOM_BAD_REQUEST, "damaged, or not a record");
    }
    if (get_u32(head + 4) != FORMAT_VERSION) {
        return refuse(place, LOOM_BAD_REQUEST, "of another version, or damaged");
    }
    stated = get_u32(head + 8);
    if (stated > LOOM_FILE_RECORD_MAX) {
        return refuse(place, LOOM_BAD_REQUEST, "damaged: impossible length");
    }
    if (stated > room) {
        return refuse(place, LOOM_TOO_LARGE, "larger than there is room for");
    }
    /* One byte is asked for beyond the record: a longer file is not what was saved. */
    got = read_all(file, data, stated);
    more = got == (ssize_t)stated ? read_all(file, &beyond, 1) : 0;
    if (got < 0 || more < 0) {
        return refuse_errno(place, "cannot read");
    }
    if (got != (ssize_t)stated || more != 0 ||
        checksum(head, data, stated) != get_u32(head + HEAD_CHECKED)) {
        return refuse(place, LOOM_BAD_REQUEST, "damaged: the checksum does not fit");
    }
    *length = stated;
    return LOOM_OK;
}

enum loom_status loom_file_store_load(const char *directory, const char *name, void *data,
                                      size_t room, size_t *length, char *error, size_t error_size)
{
    struct place place = {directory, name, -1, error, error_size};
    enum loom_status status = open_place(&place);
    int file;

    if (status != LOOM_OK) {
        return status;
    }
    /* Not blocking: a pipe of that name must not hold the device up. */
    file = openat(place.descriptor, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file >= 0) {
        status = read_record(&place, file, data, room, length);
        close(file);
    } else if (errno == ENOENT) {
        status = refuse(&place, LOOM_NOT_FOUND, "there is none");
    } else {
        status = refuse_errno(&place, "cannot open");
    }
    close(place.descriptor);
    return status;
}

/* ---- remove ---------------------------------------------------------------------------------- */

enum loom_status loom_file_store_remove(const char *directory, const char *name, char *error,
                                        size_t error_size)
{
    struct place place = {directory, name, -1, error, error_size};
    enum loom_status status = open_place(&place);

    if (status != LOOM_OK) {
        return status;
    }
    if (unlinkat(place.descriptor, name, 0) == 0) {
        status = sync_directory(&place);
    } else if (errno != ENOENT) {
        status = refuse_errno(&place, "cannot remove");
    }
    close(place.descriptor);
    return status;
}
