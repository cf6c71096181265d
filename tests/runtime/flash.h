/* SPDX-License-Identifier: Apache-2.0 */
/** A firmware port that keeps its image in memory, and a host that has images to be fetched. */
#ifndef TEST_FLASH_H
#define TEST_FLASH_H

#include "loom/firmware.h"

#include "world.h"

#define FLASH_IMAGE 8192u

/** What a device has of an image; it outlives a power cut, as flash does. */
struct flash {
    struct loom_firmware_port port;
    uint8_t image[FLASH_IMAGE];
    uint32_t end;   /* of what is written */
    uint32_t limit; /* of an image */
    bool there;
    unsigned opens;
    unsigned writes;
    unsigned verifies;
    unsigned applies;
    unsigned aborts;
    unsigned asked; /* whether the user puts it off */
    uint32_t opened_at;
    uint32_t size;
    struct loom_firmware_terms terms;
    /* What it answers. */
    enum loom_firmware_result open;
    enum loom_firmware_result write;
    enum loom_firmware_result verify;
    enum loom_firmware_result apply;
    bool defer;
};

void flash_init(struct flash *flash);

/** A host `files:5683` that serves one image in pieces under any path. */
struct shelf {
    struct loom_loopback_host *host;
    struct loom_port port;
    const uint8_t *image;
    uint32_t length;
    uint32_t etag; /* 0: none, which joins the pieces */
    uint32_t size; /* as it says it; 0: it does not */
    uint8_t code;  /* LOOM_CONTENT, or a refusal; 0: no answer */
    unsigned requests;
    uint32_t offsets[64]; /* that were asked for */
    char line[256];       /* of the last request: `/a/b?c` */
    struct loom_bytes identity;
    struct loom_bytes key;
    bool secure; /* the last request was */
};

void shelf_init(struct shelf *shelf, struct loom_loopback *net, const char *authority);

#endif
