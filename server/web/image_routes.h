/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of firmware images: files that are uploaded, and what is known of them.
 */
#ifndef LOOM_WEB_IMAGE_ROUTES_H
#define LOOM_WEB_IMAGE_ROUTES_H

#include "http/http.h"
#include "service/images.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_images {
    struct loom_images *images; /**< NULL: the program has no folder for them */
    size_t most;                /**< bytes of an image */
};

/** Adds the routes; everything outlasts the listener. @return false: no room for them */
bool loom_web_images_begin(struct loom_web_images *web, struct loom_http *http,
                           struct loom_images *images, size_t most);

#ifdef __cplusplus
}
#endif

#endif
