/* SPDX-License-Identifier: Apache-2.0 */
/* Members are read by memcpy: their types are those that the tables give the offsets of. */
#include "vocabulary.h"

#include "text.h"
#include "words.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static const unsigned char *pointer_at(const unsigned char *member)
{
    const unsigned char *pointer;

    memcpy(&pointer, member, sizeof pointer);
    return pointer;
}

/* The struct that has the member. */
static const unsigned char *holder_of(const struct loomc_field *field, const void *thing)
{
    const unsigned char *holder = thing;

    for (size_t i = 0; i < LOOMC_HOPS_MAX && field->hops[i] != 0; i++) {
        holder = pointer_at(holder + field->hops[i] - 1);
    }
    return holder;
}

static uint64_t number_at(const unsigned char *member, size_t size)
{
    uint8_t byte;
    uint16_t half;
    uint32_t whole;
    uint64_t number = 0;

    switch (size) {
    case sizeof byte:
        memcpy(&byte, member, size);
        return byte;
    case sizeof half:
        memcpy(&half, member, size);
        return half;
    case sizeof whole:
        memcpy(&whole, member, size);
        return whole;
    default:
        memcpy(&number, member, sizeof number);
        return number;
    }
}

static uint64_t number_of(const struct loomc_field *field, const void *thing)
{
    return number_at(holder_of(field, thing) + field->offset, field->size);
}

static void put_upper(struct loomc_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        loomc_put_char(out, (char)toupper((unsigned char)*text));
    }
}

/* A name of a type or of a constant. `_` stays beside a digit, so that two symbols never become
 * one. */
static void put_camel(struct loomc_buffer *out, const char *text)
{
    char before = '_';
    size_t start = out->length;

    if (isdigit((unsigned char)*text)) {
        loomc_put_char(out, 'N'); /* of a value such as 4G: no name begins with a digit */
    }
    for (; *text != '\0'; before = *text++) {
        bool beside_digit = isdigit((unsigned char)before) || isdigit((unsigned char)text[1]);

        if (*text != '_') {
            loomc_put_char(out, before == '_' ? (char)toupper((unsigned char)*text) : *text);
        } else if (beside_digit) {
            loomc_put_char(out, '_');
        }
    }
    if (out->length > start && loomc_is_camel_word(out->data + start)) {
        loomc_put_char(out, '_');
    }
}

static bool is_word(enum loomc_field_form form, const char *symbol)
{
    return loomc_is_word(symbol) || (form == LOOMC_FORM_FIELD && loomc_is_word_elsewhere(symbol));
}

static void put_string(const struct loomc_field *field, const char *text, struct loomc_buffer *out)
{
    if (field->form == LOOMC_FORM_LINES) {
        loomc_text_put_lines(out, text);
    } else if (field->form == LOOMC_FORM_UPPER) {
        put_upper(out, text);
    } else if (field->form == LOOMC_FORM_CAMEL) {
        put_camel(out, text);
    } else {
        bool member = field->form == LOOMC_FORM_MEMBER || field->form == LOOMC_FORM_FIELD;

        loomc_put_text(out, text);
        loomc_put_text(out, member && is_word(field->form, text) ? "_" : "");
    }
}

void loomc_field_put(const struct loomc_field *field, const void *thing, struct loomc_buffer *out)
{
    if (field->form == LOOMC_FORM_COMPUTED) {
        field->put(thing, out);
    } else if (field->form == LOOMC_FORM_NUMBER) {
        loomc_put_format(out, "%" PRIu64, number_of(field, thing));
    } else {
        const unsigned char *text = pointer_at(holder_of(field, thing) + field->offset);

        put_string(field, text != NULL ? (const char *)text : "", out);
    }
}

bool loomc_field_flag(const struct loomc_field *field, const void *thing)
{
    return field->form == LOOMC_FORM_COMPUTED ? field->flag(thing) : number_of(field, thing) != 0;
}

size_t loomc_field_count(const struct loomc_field *field, const void *thing)
{
    size_t count;

    if (field->form == LOOMC_FORM_COMPUTED) {
        return field->count(thing);
    }
    memcpy(&count, holder_of(field, thing) + field->count_offset, sizeof count);
    return count;
}

const void *loomc_field_item(const struct loomc_field *field, const void *thing, size_t index)
{
    if (field->form == LOOMC_FORM_COMPUTED) {
        return field->item(thing, index);
    }
    const unsigned char *items = pointer_at(holder_of(field, thing) + field->offset);

    return field->form == LOOMC_FORM_POINTERS ? pointer_at(items + index * sizeof items)
                                              : items + index * field->size;
}
