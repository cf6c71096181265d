/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/senml.h"

#include "codec/number.h"
#include "codec/output.h"
#include "codec/text.h"

#include <string.h>

#define BIT(label) LOOM_SENML_BIT(label)
#define VALUES                                                                                     \
    (BIT(LOOM_SENML_V) | BIT(LOOM_SENML_VS) | BIT(LOOM_SENML_VB) | BIT(LOOM_SENML_VD) |            \
     BIT(LOOM_SENML_VLO))

/* ---- labels ---------------------------------------------------------------------------------- */

enum loom_senml_label loom_senml_label_of_text(struct loom_text text)
{
    /* One behind the other, each with a NUL; an empty one ends them. */
    static const char texts[] = "n\0u\0v\0vs\0vb\0s\0t\0ut\0vd\0bver\0bn\0bt\0bu\0bv\0bs\0vlo\0";
    const char *at = texts;
    for (unsigned i = 0; *at != '\0'; i++, at += strlen(at) + 1) {
        if (text.length == strlen(at) && memcmp(text.data, at, text.length) == 0) {
            return (enum loom_senml_label)i;
        }
    }
    bool must_be_understood = text.length > 0 && text.data[text.length - 1] == '_';
    return must_be_understood ? LOOM_SENML_BAD : LOOM_SENML_UNKNOWN;
}

const uint8_t loom_senml_labels[LOOM_TYPE_COUNT] = {
    LOOM_SENML_UNKNOWN, LOOM_SENML_VS, LOOM_SENML_V, LOOM_SENML_V,   LOOM_SENML_V,
    LOOM_SENML_VB,      LOOM_SENML_VD, LOOM_SENML_V, LOOM_SENML_VLO, LOOM_SENML_VS};

/* ---- records --------------------------------------------------------------------------------- */

/* Base name and name make one path, wherever it is cut (rule D-30). */
static bool make_path(const struct loom_decoder *decoder, struct loom_path_reader *name,
                      struct loom_path *path)
{
    if (!loom_path_end(name, path) || path->depth < decoder->base.depth) {
        return false;
    }
    for (uint8_t level = 0; level < decoder->base.depth; level++) {
        if (path->id[level] != decoder->base.id[level]) {
            return false;
        }
    }
    return path->depth >= 3 || (decoder->mode & LOOM_DECODE_NAMES) != 0;
}

/* Whether the value holds from now on, which is all that a write can do. */
static bool is_now(const struct loom_decoder *decoder)
{
    uint64_t base = loom_double_bits(decoder->state.senml.base_time);
    uint64_t time = loom_double_bits(decoder->state.senml.time);
    bool opposite = (base ^ time) == UINT64_C(1) << 63;
    return opposite || (base | time) << 1 == 0; /* or both 0 */
}

bool loom_senml_place(const struct loom_decoder *decoder, uint32_t seen,
                      struct loom_path_reader *name, struct loom_path *path)
{
    uint32_t values = seen & VALUES;
    bool valued = (decoder->mode & LOOM_DECODE_NAMES) != 0
                      ? values == 0
                      : values != 0 && (values & (values - 1)) == 0;
    return valued && ((decoder->mode & LOOM_DECODE_TIMES) != 0 || is_now(decoder)) &&
           make_path(decoder, name, path);
}

/* ---- names ----------------------------------------------------------------------------------- */

char *loom_senml_base_before(char *end, const struct loom_path *base, bool goes_on)
{
    if (goes_on && base->depth > 0) {
        *--end = '/';
    }
    return loom_path_before(end, base);
}
