/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments of Execute, rule C-27: arglist = arg *( "," arg ), arg = DIGIT [ "=" "'" *CHAR "'" ] */
#include "loom/codec.h"

/* CHAR of the rule, with the blank that the standard's own example has: what ASCII prints, but for
 * both quotes and the backslash. */
static bool is_char(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\'' && c != '\\';
}

enum loom_status loom_argument_next(struct loom_text *rest, struct loom_argument *argument)
{
    if (rest->length == 0) {
        return LOOM_END;
    }
    const char *at = rest->data;
    const char *end = at + rest->length;
    argument->digit = (uint8_t)(*at++ - '0');
    argument->value = (struct loom_text){NULL, 0};
    if (argument->digit > 9) {
        return LOOM_BAD_REQUEST;
    }
    if (end - at >= 2 && at[0] == '=' && at[1] == '\'') {
        at += 2;
        argument->value.data = at;
        while (at < end && is_char(*at)) {
            at++;
        }
        argument->value.length = (size_t)(at - argument->value.data);
        if (at == end || *at++ != '\'') {
            return LOOM_BAD_REQUEST;
        }
    }
    /* Behind a comma another one has to come. */
    if (at < end && (*at++ != ',' || at == end)) {
        return LOOM_BAD_REQUEST;
    }
    rest->data = at;
    rest->length = (size_t)(end - at);
    return LOOM_OK;
}
