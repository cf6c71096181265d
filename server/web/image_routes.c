/* SPDX-License-Identifier: Apache-2.0 */
#include "web/image_routes.h"

#include "common/moment.h"
#include "common/text.h"
#include "web/refusals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With its quotes and NUL. */
#define ETAG_SIZE (2u * LOOM_FILE_DIGEST_SIZE + 3u)

/* An upload that comes in, as long as its request does. */
struct taking {
    struct loom_http_request *request;
    struct loom_image_upload *upload; /* NULL: it is whole, and goes on by itself */
    size_t length;
    uint8_t first;
    bool replaces;
};

/* A request that waits until an image is there, or gone. */
struct pending {
    struct loom_http_request *request; /* NULL: the client has gone */
    bool replaces;
};

/* ---- as JSON --------------------------------------------------------------------------------- */

static void write_etag(const struct loom_image *image, char text[ETAG_SIZE])
{
    size_t at = 0;
    text[at++] = '"';
    for (size_t i = 0; i < sizeof image->sha256; i++) {
        at += (size_t)snprintf(&text[at], 3, "%02x", image->sha256[i]);
    }
    text[at++] = '"';
    text[at] = '\0';
}

static json_t *image_json(const struct loom_image *image)
{
    char etag[ETAG_SIZE];
    char created[LOOM_MOMENT_SIZE];
    bool known = image->is_known;
    write_etag(image, etag);
    loom_moment_write(image->created, created);
    return json_pack("{s:s, s:I, s:o, s:s, s:s, s:s, s:s}", "name", image->name, "size",
                     (json_int_t)image->size, "sha256",
                     known ? json_stringn(&etag[1], ETAG_SIZE - 3) : json_null(), "version",
                     known ? image->version : "", "model", known ? image->model : "", "who",
                     known ? image->who : "", "created", created);
}

static void answer_image(struct loom_http_request *request, unsigned status,
                         const struct loom_image *image)
{
    char etag[ETAG_SIZE];
    if (image->is_known) {
        write_etag(image, etag);
        loom_http_add_header(request, "ETag", etag);
    }
    loom_http_answer_json(request, status, image_json(image));
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void refuse(struct loom_http_request *request, enum loom_images_status status)
{
    switch (status) {
    case LOOM_IMAGES_BUSY:
        loom_http_problem(request, 409, "busy",
                          "this image is being uploaded or removed, or too many are uploaded");
        break;
    case LOOM_IMAGES_USED:
        loom_http_problem(request, 409, "in-use", "a campaign that has not ended uses this image");
        break;
    case LOOM_IMAGES_TOO_MANY:
        loom_http_problem(request, 507, "too-many", "there is no room for more images");
        break;
    case LOOM_IMAGES_FULL:
        loom_http_problem(request, 507, "disk-full",
                          "there is no room for it on the server's disk; nothing was changed");
        break;
    case LOOM_IMAGES_UNWRITTEN:
        loom_http_problem(request, 500, "not-written",
                          "the directory of --files cannot be written; nothing was changed");
        break;
    case LOOM_IMAGES_NOT_STORED:
        loom_web_refuse_unstored(request,
                                 "the database cannot be written now; nothing was changed");
        break;
    default:
        loom_http_problem(request, 500, "no-memory", "out of memory");
        break;
    }
}

/* @return false: there are no images at all, which was answered */
static bool has_images(const struct loom_web_images *web, struct loom_http_request *request)
{
    if (web->images == NULL) {
        loom_http_problem(request, 409, "no-files",
                          "start the server with --files DIR, for the directory of the images");
        return false;
    }
    return true;
}

/* @return NULL: there is none, which was answered */
static const struct loom_image *find(const struct loom_web_images *web,
                                     struct loom_http_request *request)
{
    if (!has_images(web, request)) {
        return NULL;
    }
    const struct loom_image *image =
        loom_images_find(web->images, loom_http_parameter(request, "name"));
    if (image == NULL) {
        loom_http_problem(request, 404, "no-image", "there is no such image");
    }
    return image;
}

/* ---- looking --------------------------------------------------------------------------------- */

static void list_images(void *user, struct loom_http_request *request)
{
    const struct loom_web_images *web = user;
    const struct loom_image *image = NULL;
    if (!has_images(web, request)) {
        return;
    }
    json_t *list = json_array();
    while ((image = loom_images_next(web->images, image)) != NULL) {
        (void)json_array_append_new(list, image_json(image));
    }
    loom_http_answer_json(
        request, 200, json_pack("{s:o, s:I}", "images", list, "sizeMax", (json_int_t)web->most));
}

static void show_image(void *user, struct loom_http_request *request)
{
    const struct loom_image *image = find(user, request);
    if (image != NULL) {
        answer_image(request, 200, image);
    }
}

/* ---- uploading ------------------------------------------------------------------------------- */

static void gone(void *user)
{
    ((struct pending *)user)->request = NULL;
}

/* @return false: what is there may not be replaced, which was answered */
static bool may_replace(struct loom_http_request *request, const struct loom_image *there)
{
    char etag[ETAG_SIZE];
    if (there != NULL && !there->is_known) {
        loom_http_problem(request, 409, "busy", "the image of this name is still being read");
        return false;
    }
    if (there == NULL && loom_http_header(request, "If-Match") == NULL) {
        return true;
    }
    if (there != NULL) {
        write_etag(there, etag);
    }
    return loom_http_may_change(request, there == NULL ? NULL : etag);
}

static void ready(void *user)
{
    loom_http_go_on(((const struct taking *)user)->request);
}

/* @return false: it was answered */
static bool read_order(struct loom_http_request *request, struct loom_image_order *order)
{
    *order = (struct loom_image_order){.name = loom_http_parameter(request, "name"),
                                       .version = loom_http_query(request, "version"),
                                       .model = loom_http_query(request, "model"),
                                       .who = loom_http_who(request)->name};
    if (!loom_file_name_is_good(order->name)) {
        loom_http_problem(request, 422, "bad-name",
                          "a name has letters, digits, '.', '-' and '_', %u at most, and does not "
                          "begin with a dot",
                          LOOM_FILE_NAME_MAX);
        return false;
    }
    if (order->version.length > LOOM_IMAGE_VERSION_MAX ||
        order->model.length > LOOM_IMAGE_MODEL_MAX) {
        loom_http_problem(request, 422, "too-long",
                          "a version has %u bytes at most, and a model %u", LOOM_IMAGE_VERSION_MAX,
                          LOOM_IMAGE_MODEL_MAX);
        return false;
    }
    return true;
}

static void begin_upload(void *user, struct loom_http_request *request)
{
    const struct loom_web_images *web = user;
    struct loom_image_order order;
    if (!has_images(web, request) || !read_order(request, &order)) {
        return;
    }
    const struct loom_image *there = loom_images_find(web->images, order.name);
    if (!may_replace(request, there)) {
        return;
    }
    struct taking *taking = calloc(1, sizeof *taking);
    enum loom_images_status status =
        taking == NULL
            ? LOOM_IMAGES_NO_MEMORY
            : loom_image_upload_begin(web->images, &order, ready, taking, &taking->upload);
    if (status != LOOM_IMAGES_OK) {
        free(taking);
        refuse(request, status);
        return;
    }
    taking->request = request;
    taking->replaces = there != NULL;
    if (!loom_http_take(request, taking, web->most)) {
        loom_image_upload_drop(taking->upload);
        free(taking);
    }
}

static size_t take(void *taker, struct loom_bytes piece)
{
    struct taking *taking = taker;
    enum loom_images_status status;
    size_t taken = loom_image_upload_put(taking->upload, piece, &status);
    if (taking->length == 0 && taken > 0) {
        taking->first = piece.data[0];
    }
    taking->length += taken;
    if (status != LOOM_IMAGES_OK) {
        refuse(taking->request, status);
    }
    return taken;
}

static void end(void *taker)
{
    struct taking *taking = taker;
    if (taking->upload != NULL) {
        loom_image_upload_drop(taking->upload);
    }
    free(taking);
}

static const struct loom_http_intake intake = {begin_upload, take, end};

static void uploaded(void *user, enum loom_images_status status, const struct loom_image *image)
{
    struct pending *pending = user;
    struct loom_http_request *request = pending->request;
    if (request != NULL && image != NULL) {
        answer_image(request, pending->replaces ? 200 : 201, image);
    } else if (request != NULL) {
        refuse(request, status);
    }
    free(pending);
}

static void put_image(void *user, struct loom_http_request *request)
{
    struct taking *taking = loom_http_taker(request);
    (void)user;
    if (taking->length == 0 || (taking->length == 1 && taking->first == 0)) {
        /* Rule C-93: written to a device it would be a reset. */
        loom_http_problem(request, 422, "empty-image",
                          "nothing, or a single zero byte, is not an image");
        return;
    }
    struct pending *pending = malloc(sizeof *pending);
    if (pending == NULL) {
        refuse(request, LOOM_IMAGES_NO_MEMORY);
        return;
    }
    struct loom_image_upload *upload = taking->upload;
    taking->upload = NULL;
    *pending = (struct pending){request, taking->replaces};
    loom_http_defer(request, gone, pending);
    loom_image_upload_finish(upload, uploaded, pending);
}

/* ---- removing -------------------------------------------------------------------------------- */

static void removed(void *user, enum loom_images_status status, const struct loom_image *image)
{
    struct pending *pending = user;
    struct loom_http_request *request = pending->request;
    (void)image;
    free(pending);
    if (request != NULL && status == LOOM_IMAGES_OK) {
        loom_http_answer_empty(request, 204);
    } else if (request != NULL) {
        refuse(request, status);
    }
}

static void remove_image(void *user, struct loom_http_request *request)
{
    const struct loom_web_images *web = user;
    const struct loom_image *image = find(web, request);
    if (image == NULL) {
        return;
    }
    struct pending *pending = malloc(sizeof *pending);
    enum loom_images_status status = LOOM_IMAGES_NO_MEMORY;
    if (pending != NULL) {
        *pending = (struct pending){.request = request};
        status = loom_images_remove(web->images, image, removed, pending);
    }
    if (status == LOOM_IMAGES_OK) {
        loom_http_defer(request, gone, pending);
    } else {
        free(pending);
        refuse(request, status);
    }
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/images",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_images,
     .operation = "listImages"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/images/{name}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_image,
     .operation = "getImage"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/v1/images/{name}",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = put_image,
     .operation = "putImage",
     .queries = "version model",
     .body = LOOM_HTTP_PIECES,
     .intake = &intake},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/images/{name}",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = remove_image,
     .operation = "removeImage"},
};

bool loom_web_images_begin(struct loom_web_images *web, struct loom_http *http,
                           struct loom_images *images, size_t most)
{
    *web = (struct loom_web_images){images, most};
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
