/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and paths as text, the numbers of a URI. */
#include "loom/codec.h"

bool loom_text_to_id(struct loom_text text, uint16_t *id)
{
    uint64_t value;
    if (text.length > 5 || !loom_text_to_unsigned(text, &value) || value >= LOOM_ID_NONE ||
        (text.length > 1 && text.data[0] == '0')) {
        return false;
    }
    *id = (uint16_t)value;
    return true;
}

bool loom_text_to_path(struct loom_text text, struct loom_path *path)
{
    *path = loom_path_root();
    if (text.length == 0 || text.data[0] != '/') {
        return false;
    }
    size_t at = 1;
    while (at < text.length) {
        size_t end = at;
        while (end < text.length && text.data[end] != '/') {
            end++;
        }
        struct loom_text segment = {text.data + at, end - at};
        if (path->depth == 4 || !loom_text_to_id(segment, &path->id[path->depth])) {
            return false;
        }
        path->depth++;
        at = end + 1;
    }
    return true;
}
