/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Files that devices fetch, such as firmware: where the LwM2M server reads them from.
 *
 * They are read one piece at a time, as the devices ask, in any order; nothing is kept in between.
 */
#ifndef LOOM_FILES_H
#define LOOM_FILES_H

#include "loom/status.h"
#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Longest file whose every block has a number (RFC 7959 section 2.2), 1 GiB. */
#define LOOM_FILES_SIZE_MAX 1073741824u

/** What was read of a file. */
struct loom_file_piece {
    uint32_t size; /**< of the whole file, at most LOOM_FILES_SIZE_MAX */
    /** Not 0, of the content that the piece is a part of: the same for the same content, also after
     *  a restart; another one for another content. */
    uint32_t etag;
    size_t length; /**< less than there was room for only at the end of the file */
};

/** A driver. */
struct loom_files {
    void *self;

    /**
     * Reads a file from an offset on.
     * @param name as a peer says it, any bytes
     * @return LOOM_OK, with no bytes beyond the end; LOOM_NOT_FOUND no such file, or one that is
     *         not to be read; LOOM_INTERNAL_ERROR it does not stay the same for long enough
     */
    enum loom_status (*read)(void *self, struct loom_text name, uint32_t offset, uint8_t *bytes,
                             size_t room, struct loom_file_piece *piece);
};

#ifdef __cplusplus
}
#endif

#endif
