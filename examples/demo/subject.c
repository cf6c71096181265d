/* SPDX-License-Identifier: Apache-2.0 */
#include "subject.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "loom_objects.h"

#include "loom/codec.h"

enum { SECURITY = 0, SERVER = 1, FIRMWARE_UPDATE = 5, OSCORE = 21 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- names ----------------------------------------------------------------------------------- */

/* The demo profile makes one product. */
static const struct loom_product *product(void)
{
    return loom_products[0];
}

/* @return the index of the object in the product, or that behind the last */
static unsigned object_index(uint16_t object)
{
    unsigned i = 0;
    while (i < product()->object_count && product()->objects[i].object->id != object) {
        i++;
    }
    return i;
}

static const char *piece(const char *pieces, size_t index)
{
    while (index-- > 0) {
        pieces += strlen(pieces) + 1;
    }
    return pieces;
}

unsigned demo_subject_object_count(void)
{
    return product()->object_count;
}

const char *demo_subject_object_name(uint16_t object)
{
    unsigned index = object_index(object);
    return index < product()->object_count ? loom_products_names[0][index]->names : "";
}

static const char *resource_piece(uint16_t object, uint16_t resource, bool units)
{
    unsigned index = object_index(object);
    if (index == product()->object_count) {
        return "";
    }
    const struct loom_object *table = product()->objects[index].object;
    const struct loom_resource *row = loom_object_resource(table, resource);
    const struct loom_object_names *names = loom_products_names[0][index];
    if (row == NULL) {
        return "";
    }
    size_t position = (size_t)(row - table->resources);
    /* The names begin with that of the object itself. */
    return units ? piece(names->units, position) : piece(names->names, position + 1);
}

const char *demo_subject_resource_name(uint16_t object, uint16_t resource)
{
    return resource_piece(object, resource, false);
}

const char *demo_subject_resource_units(uint16_t object, uint16_t resource)
{
    return resource_piece(object, resource, true);
}

/* ---- values to try --------------------------------------------------------------------------- */

/* Each takes the number of a try; @return false behind the last. What is tried need not be allowed:
 * the model is asked about that. Values that look like something come first, bounds of ranges last.
 */

static const struct loom_range *range_of(const struct demo_subject *subject, unsigned index)
{
    const struct loom_resource *row = subject->row;
    const struct loom_range *range =
        row->range == 0 ? NULL : &subject->entry->object->ranges[row->range - 1];
    for (; range != NULL && index > 0; index--) {
        range = range->more != 0 ? range + 1 : NULL;
    }
    return range;
}

static bool try_integer(const struct demo_subject *subject, unsigned number, int64_t *value)
{
    static const int64_t numbers[] = {21, 42, 1, 0};
    static const int64_t times[] = {1767225600, 1798761600}; /* New Year's Days */
    bool time = subject->row->type == LOOM_TIME;
    unsigned count = time ? COUNT(times) : COUNT(numbers);
    if (number < count) {
        *value = time ? times[number] : numbers[number];
        return true;
    }
    const struct loom_range *range = range_of(subject, (number - count) / 2);
    if (range != NULL) {
        *value = (number - count) % 2 == 0 ? range->min.integer : range->max.integer;
    }
    return range != NULL;
}

static bool try_unsigned(const struct demo_subject *subject, unsigned number, uint64_t *value)
{
    static const uint64_t numbers[] = {21, 42, 1, 0};
    if (number < COUNT(numbers)) {
        *value = numbers[number];
        return true;
    }
    number -= (unsigned)COUNT(numbers);
    const struct loom_range *range = range_of(subject, number / 2);
    if (range != NULL) {
        *value = number % 2 == 0 ? range->min.unsigned_integer : range->max.unsigned_integer;
    }
    return range != NULL;
}

static bool try_float(const struct demo_subject *subject, unsigned number, double *value)
{
    static const double numbers[] = {21.5, 0.5, 1, 0};
    if (number < COUNT(numbers)) {
        *value = numbers[number];
        return true;
    }
    number -= (unsigned)COUNT(numbers);
    const struct loom_range *range = range_of(subject, number / 2);
    if (range != NULL) {
        *value = number % 2 == 0 ? range->min.number : range->max.number;
    }
    return range != NULL;
}

/* Text, also as bytes: words, then as many letters as a range asks for. */
static bool try_letters(struct demo_subject *subject, unsigned number, struct loom_text *value)
{
    static const char *const words[] = {"Hello from Loom", "Hello", "Loom", "hi", "1"};
    static const char *const links[] = {"</3/0>", "</1/0>,</3/0>"};
    bool link = subject->row->type == LOOM_CORELNK;
    unsigned count = link ? COUNT(links) : COUNT(words);
    if (number < count) {
        value->data = link ? links[number] : words[number];
        value->length = strlen(value->data);
        return true;
    }
    const struct loom_range *range = link ? NULL : range_of(subject, (number - count) / 2);
    if (range == NULL) {
        return false;
    }
    uint64_t length =
        (number - count) % 2 == 0 ? range->min.unsigned_integer : range->max.unsigned_integer;
    /* Opaque travels in Base64, which must find room as well. */
    value->length = length <= sizeof subject->scratch / 2 ? (size_t)length : 0;
    value->data = (const char *)subject->scratch;
    for (size_t i = 0; i < value->length; i++) {
        subject->scratch[i] = (uint8_t) "loom"[i % 4];
    }
    return true;
}

static bool try_objlnk(unsigned number, struct loom_objlnk *value)
{
    static const struct loom_objlnk links[] = {{LOOM_ID_NONE, LOOM_ID_NONE}, {3, 0}};
    if (number < COUNT(links)) {
        *value = links[number];
    }
    return number < COUNT(links);
}

static bool try_value(struct demo_subject *subject, unsigned number, struct loom_value *value)
{
    value->type = (enum loom_type)subject->row->type;
    switch (value->type) {
    case LOOM_INTEGER:
    case LOOM_TIME:
        return try_integer(subject, number, &value->as.integer);
    case LOOM_UNSIGNED:
        return try_unsigned(subject, number, &value->as.unsigned_integer);
    case LOOM_FLOAT:
        return try_float(subject, number, &value->as.number);
    case LOOM_BOOLEAN:
        value->as.boolean = number == 0;
        return number < 2;
    case LOOM_STRING:
    case LOOM_CORELNK:
        return try_letters(subject, number, &value->as.text);
    case LOOM_OPAQUE: {
        struct loom_text letters = {NULL, 0};
        bool more = try_letters(subject, number, &letters);
        value->as.opaque.data = (const uint8_t *)letters.data;
        value->as.opaque.length = letters.length;
        return more;
    }
    case LOOM_OBJLNK:
        return try_objlnk(number, &value->as.objlnk);
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return false;
}

static bool put_value(const struct loom_value *value, char *text, size_t room)
{
    struct loom_output out = loom_output(text, room - 1);
    loom_text_put(&out, value);
    text[out.overflow ? 0 : out.length] = '\0';
    return !out.overflow;
}

bool demo_subject_value(struct demo_subject *subject, const char *present, char *text, size_t room)
{
    struct loom_value value;
    for (unsigned number = 0; try_value(subject, number, &value); number++) {
        if (loom_model_check(&subject->model, &subject->path, &value) == LOOM_OK &&
            put_value(&value, text, room) && text[0] != '\0' &&
            (present == NULL || strcmp(text, present) != 0)) {
            return true;
        }
    }
    return false;
}

/* ---- values that were read ------------------------------------------------------------------- */

static bool from_hex(const char *hex, struct loom_bytes *bytes, uint8_t *room, size_t size)
{
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length && i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        room[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    bytes->data = room;
    bytes->length = length;
    return length <= size;
}

bool demo_subject_read(struct demo_subject *subject, struct loom_text entry, char *text,
                       size_t room)
{
    char plain[2 * DEMO_VALUE_MAX];
    uint8_t bytes[DEMO_VALUE_MAX];
    struct loom_value value = {.type = LOOM_OPAQUE};
    struct loom_text member;
    bool shown = demo_json_member(entry, "value", &member);
    /* A server that knows the resource shows bytes in hexadecimal; one that does not shows the text
     * that they came as. */
    if (shown && subject->row->type == LOOM_OPAQUE &&
        demo_json_member_is(entry, "type", "Opaque")) {
        demo_json_plain(member, plain, sizeof plain);
        return from_hex(plain, &value.as.opaque, bytes, sizeof bytes) &&
               put_value(&value, text, room);
    }
    demo_json_member_plain(entry, shown ? "value" : "hex", plain, sizeof plain);
    struct loom_text given = {plain, strlen(plain)};
    struct loom_bytes raw;
    if (!shown) {
        if (!from_hex(plain, &raw, bytes, sizeof bytes)) {
            return false;
        }
        given.data = (const char *)raw.data;
        given.length = raw.length;
    } else if (demo_json_member_is(entry, "type", "Boolean")) {
        given.data = strcmp(plain, "true") == 0 ? "1" : "0";
        given.length = 1;
    }
    return loom_text_get(given, (enum loom_type)subject->row->type, &value, subject->scratch,
                         sizeof subject->scratch) == LOOM_OK &&
           put_value(&value, text, room);
}

/* ---- what is done ---------------------------------------------------------------------------- */

/* Whether another value than the present one can be written. */
static bool can_change(struct demo_subject *subject)
{
    char present[DEMO_VALUE_MAX];
    char text[DEMO_VALUE_MAX];
    struct loom_value value;
    bool has = loom_model_read(&subject->model, &subject->path, &value) == LOOM_OK &&
               put_value(&value, present, sizeof present);
    return demo_subject_value(subject, has ? present : NULL, text, sizeof text);
}

static bool fits(const struct loom_resource *row, enum demo_way way)
{
    bool readable = (row->access & LOOM_R) != 0;
    bool writable = (row->access & LOOM_W) != 0;
    bool multiple = (row->access & LOOM_MULTIPLE) != 0;
    switch (way) {
    case DEMO_WRITE:
        return readable && writable && !multiple;
    case DEMO_WRITE_INSTANCE:
        return readable && writable && multiple;
    case DEMO_WRITE_ONLY:
        return !readable && writable && !multiple;
    case DEMO_READ:
        return readable && !multiple && (row->access & LOOM_MANDATORY) != 0;
    case DEMO_READ_INSTANCE:
        return readable;
    case DEMO_EXECUTE:
        return (row->access & LOOM_E) != 0;
    case DEMO_DISCOVER:
    case DEMO_REFUSED:
    case DEMO_SHOWN_ANYWAY:
        break;
    }
    return false;
}

/* The first resource that allows the way. */
static bool find_row(struct demo_subject *subject, enum demo_way way)
{
    const struct loom_object *object = subject->entry->object;
    bool writes = way <= DEMO_WRITE_ONLY;
    for (unsigned i = 0; i < object->resource_count; i++) {
        subject->row = &object->resources[i];
        subject->path = loom_path_resource(object->id, 0, subject->row->id);
        if (way == DEMO_WRITE_INSTANCE) {
            subject->path = loom_path_resource_instance(object->id, 0, subject->row->id, 0);
        } else if (way == DEMO_READ_INSTANCE) {
            subject->path = loom_path_instance(object->id, 0);
        }
        if (fits(subject->row, way) && (!writes || can_change(subject))) {
            subject->way = way;
            return true;
        }
    }
    return false;
}

bool demo_subject_choose(struct demo_subject *subject, uint16_t object)
{
    uint16_t instance = 0;
    memset(subject, 0, sizeof *subject);
    subject->data = calloc(1, product()->data_size);
    if (subject->data == NULL) {
        return false;
    }
    loom_model_init(&subject->model, product(), subject->data, NULL, NULL);
    subject->entry = loom_model_object(&subject->model, object);
    if (subject->entry == NULL) {
        return false;
    }
    if (object == SERVER) { /* the bootstrap makes it */
        (void)loom_model_create(&subject->model, SERVER, &instance);
    }
    if (object == FIRMWARE_UPDATE) {
        subject->way = DEMO_SHOWN_ANYWAY;
        subject->path = loom_path_object(object);
        return true;
    }
    bool there = loom_model_has_instance(&subject->model, object, 0);
    bool hidden = (subject->entry->object->flags & LOOM_OBJECT_HIDDEN) != 0;
    for (int way = DEMO_WRITE; there && way < DEMO_DISCOVER; way++) {
        if (find_row(subject, (enum demo_way)way)) {
            return true;
        }
    }
    subject->row = NULL;
    subject->path = loom_path_object(object);
    subject->way = hidden || object == SECURITY || object == OSCORE ? DEMO_REFUSED : DEMO_DISCOVER;
    return true;
}

void demo_subject_free(struct demo_subject *subject)
{
    free(subject->data);
    subject->data = NULL;
}
