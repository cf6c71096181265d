/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "service/rendering.h"

#include <stdlib.h>
#include <string.h>

bool loom_rendering_begin(struct loom_rendering *rendering)
{
    memset(rendering, 0, sizeof *rendering);
    rendering->file = open_memstream(&rendering->text, &rendering->length);
    return rendering->file != NULL;
}

void loom_rendering_end(struct loom_rendering *rendering)
{
    if (rendering->file != NULL) {
        (void)fclose(rendering->file);
    }
    free(rendering->text);
    memset(rendering, 0, sizeof *rendering);
}

struct loom_json *loom_rendering_open(struct loom_rendering *rendering)
{
    rewind(rendering->file);
    loom_json_begin(&rendering->json, rendering->file);
    rendering->json.exact = true;
    return &rendering->json;
}

struct loom_text loom_rendering_close(struct loom_rendering *rendering)
{
    struct loom_text none = {NULL, 0};
    loom_json_end(&rendering->json); /* flushes: `text` and `length` are set */
    if (ferror(rendering->file) || rendering->length < 3) {
        clearerr(rendering->file);
        return none;
    }
    /* Without the newline. */
    return (struct loom_text){rendering->text, rendering->length - 1};
}
