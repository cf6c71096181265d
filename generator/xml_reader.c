/* SPDX-License-Identifier: Apache-2.0 */
#include "xml_reader.h"

#include "nearest.h"
#include "repairs.h"
#include "rules.h"
#include "schema.h"
#include "schema_location.h"
#include "spelling.h"
#include "text.h"
#include "xml_document.h"
#include "xml_tree.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Kinds of unknown elements of which all are told at once. */
#define UNKNOWN_MAX 32u

struct unknown {
    const xmlNode *kinds[UNKNOWN_MAX];
    size_t count;
};

struct reader {
    struct loomc_arena *arena;
    struct loomc_diagnostics *diagnostics;
    const struct loomc_source *source;
    bool strict;
    enum loomc_severity oddity; /* how what is odd but harmless is reported */
    struct unknown *unknown;
    const struct loomc_profile *profile; /* NULL: none */
    const struct loomc_object *object;   /* whose resources are read */
};

/* A child element that is wanted, and what was found of it. */
struct field {
    const char *name;
    const xmlNode *node;
};

/* ---- the tree -------------------------------------------------------------------------------- */

static bool is_same(const xmlNode *node, const xmlNode *other)
{
    return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, other->name) &&
           node->parent != NULL && node->parent->type == XML_ELEMENT_NODE &&
           xmlStrEqual(node->parent->name, other->parent->name);
}

/* The element behind another one in the document; the tree is not deep. */
static const xmlNode *next_node(const xmlNode *node)
{
    if (node->children != NULL && node->type == XML_ELEMENT_NODE) {
        return node->children;
    }
    while (node != NULL && node->next == NULL) {
        node = node->parent;
    }
    return node != NULL ? node->next : NULL;
}

static size_t count_same(const xmlNode *node)
{
    size_t count = 0;

    for (const xmlNode *other = node; other != NULL; other = next_node(other)) {
        count += is_same(other, node) ? 1 : 0;
    }
    return count;
}

/* Whether all elements of its kind have been told. Beyond so many kinds each element is. */
static bool is_told(struct unknown *unknown, const xmlNode *node)
{
    for (size_t i = 0; i < unknown->count; i++) {
        if (is_same(node, unknown->kinds[i])) {
            return true;
        }
    }
    if (unknown->count < UNKNOWN_MAX) {
        unknown->kinds[unknown->count++] = node;
    }
    return false;
}

/* One word about all of a kind. In a strict run the schema has refused it already. A resource that
 * would be lost is no oddity. */
static void report_unknown(const struct reader *reader, const xmlNode *node)
{
    if (reader->strict) {
        return;
    }
    if (loomc_xml_is(node, "Item")) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(node),
                       "<Item> belongs in <Resources>, not in <%s>",
                       (const char *)node->parent->name);
        return;
    }
    bool full = reader->unknown->count == UNKNOWN_MAX;

    if (is_told(reader->unknown, node)) {
        return;
    }
    size_t count = full ? 1 : count_same(node);

    if (count == 1) {
        loomc_warning_at(reader->diagnostics, reader->source, loomc_xml_place(node),
                         "<%s> is not known in <%s>, ignored", (const char *)node->name,
                         (const char *)node->parent->name);
    } else {
        loomc_warning_at(reader->diagnostics, reader->source, loomc_xml_place(node),
                         "<%s> is not known in <%s>, ignored here and %zu more times",
                         (const char *)node->name, (const char *)node->parent->name, count - 1);
    }
}

/* Finds the children of an element, in any order. What is none of the fields is reported. */
static bool find_fields(const struct reader *reader, const xmlNode *parent, struct field *fields,
                        size_t count)
{
    bool good = true;

    for (const xmlNode *node = parent->children; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        size_t i = 0;

        while (i < count && !loomc_xml_is(node, fields[i].name)) {
            i++;
        }
        if (i == count) {
            report_unknown(reader, node);
        } else if (fields[i].node != NULL) {
            loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(node),
                           "a second <%s>", fields[i].name);
            good = false;
        } else {
            fields[i].node = node;
        }
    }
    return good;
}

/* The text of an element as it stands there, "" without the element. */
static const char *raw_text(const struct reader *reader, const struct field *field)
{
    xmlChar *content = field->node != NULL ? xmlNodeGetContent(field->node) : NULL;
    const char *text = "";

    if (content != NULL) {
        text = loomc_copy(reader->arena, (const char *)content, strlen((const char *)content));
        xmlFree(content);
    }
    return text;
}

static const char *folded_text(const struct reader *reader, const struct field *field)
{
    return loomc_text_fold(reader->arena, raw_text(reader, field));
}

/* Same for a text that a reader of the standard sees: its author should not leave odd blanks. */
static const char *tidy_text(const struct reader *reader, const struct field *field)
{
    const char *raw = raw_text(reader, field);
    const char *folded = loomc_text_fold(reader->arena, raw);

    if (reader->strict && strcmp(raw, folded) != 0) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(field->node),
                       "blanks around the text of <%s>, or several in it", field->name);
    }
    return folded;
}

/* Where to point for a field: at its element, or at its parent if it is missing. */
static struct loomc_place place_of(const struct field *field, const xmlNode *parent)
{
    return loomc_xml_place(field->node != NULL ? field->node : parent);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool read_name(const struct reader *reader, const xmlNode *parent, const struct field *field,
                      const char **name)
{
    *name = tidy_text(reader, field);
    if (**name == '\0') {
        loomc_error_at(reader->diagnostics, reader->source, place_of(field, parent), "<%s> is %s",
                       field->name, field->node == NULL ? "missing" : "empty");
        return false;
    }
    if (strlen(*name) > LOOMC_NAME_MAX) {
        loomc_error_at(reader->diagnostics, reader->source, place_of(field, parent),
                       "<%s> is longer than %u bytes", field->name, LOOMC_NAME_MAX);
        return false;
    }
    return true;
}

#define TYPE_NAMES                                                                                 \
    "String, Integer, Unsigned Integer, Float, Boolean, Opaque, Time, Objlnk and Corelnk"

static const char *const type_words[] = {"",       "String",  "Integer", "Unsigned Integer",
                                         "Float",  "Boolean", "Opaque",  "Time",
                                         "Objlnk", "Corelnk"};

static bool words_are_types(const char *const *words)
{
    return words == type_words;
}

/* @return the index of the word that a text can only mean, or -1 */
static int find_spelling(const char *text, const char *const *words, size_t count)
{
    const char *keyword =
        words_are_types(words) ? NULL : loomc_spelling_keyword(text, words, count);

    for (size_t i = 0; keyword != NULL && i < count; i++) {
        if (words[i] == keyword) {
            return (int)i;
        }
    }
    return loomc_spelling_find(text, words, count);
}

/* Reads one of several words. @return its index, or -1 after an error was reported. */
static int read_choice(const struct reader *reader, const xmlNode *parent,
                       const struct field *field, const char *const *words, size_t count,
                       const char *what)
{
    const char *text = folded_text(reader, field);

    if (field->node == NULL) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(parent),
                       "<%s> is missing", field->name);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            return (int)i;
        }
    }
    int spelled = reader->strict ? -1 : find_spelling(text, words, count);

    if (spelled >= 0) {
        loomc_warning_at(reader->diagnostics, reader->source, loomc_xml_place(field->node),
                         "%s \"%s\" is written \"%s\"; read as that", what, text, words[spelled]);
        return spelled;
    }
    const char *nearest = loomc_nearest(text, words, count);
    const char *advice = words_are_types(words) ? loomc_spelling_type(text) : NULL;

    if (advice != NULL) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(field->node),
                       "unknown %s \"%s\"; use %s (there are " TYPE_NAMES ")", what, text, advice);
    } else if (nearest != NULL && *nearest != '\0') {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(field->node),
                       "unknown %s \"%s\"; did you mean \"%s\"?", what, text, nearest);
    } else if (words_are_types(words)) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(field->node),
                       "unknown %s \"%s\"; there are " TYPE_NAMES, what, text);
    } else {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(field->node),
                       "unknown %s \"%s\"", what, text);
    }
    return -1;
}

static bool read_flag(const struct reader *reader, const xmlNode *parent, const struct field *field,
                      const char *yes, const char *no, bool *flag)
{
    const char *const words[] = {no, yes};
    int choice = read_choice(reader, parent, field, words, COUNT(words), field->name);

    *flag = choice == 1;
    return choice >= 0;
}

static bool read_operations(const struct reader *reader, const xmlNode *item,
                            const struct field *field, struct loomc_resource *resource)
{
    static const char *const words[] = {"", "R", "W", "RW", "E"};
    static const char *const turned[] = {"WR"};
    int choice;

    if (!reader->strict && loomc_spelling_find(folded_text(reader, field), turned, 1) == 0) {
        loomc_warning_at(reader->diagnostics, reader->source, place_of(field, item),
                         "operation \"%s\" is written \"RW\"; read as that",
                         folded_text(reader, field));
        choice = 3;
    } else {
        choice = read_choice(reader, item, field, words, COUNT(words), "operation");
    }
    resource->readable = choice == 1 || choice == 3;
    resource->writable = choice == 2 || choice == 3;
    resource->executable = choice == 4;
    return choice >= 0;
}

static bool read_type(const struct reader *reader, const xmlNode *item, const struct field *field,
                      struct loomc_resource *resource)
{
    const struct loomc_setting *repair =
        loomc_repair_find(reader->profile, LOOMC_WORD_TYPE, reader->object, resource);

    if (repair != NULL && loomc_type_find(repair->arguments[1].text, &resource->type)) {
        return true;
    }
    /* A missing type is judged as an empty one is. */
    if (field->node == NULL) {
        resource->type = LOOMC_NONE;
    } else {
        int choice = read_choice(reader, item, field, type_words, COUNT(type_words), "type");

        if (choice < 0) {
            return false;
        }
        resource->type = (enum loomc_type)choice;
    }
    if (resource->executable && resource->type != LOOMC_NONE) {
        loomc_report_at(reader->diagnostics, reader->oddity, reader->source, place_of(field, item),
                        "an executable resource has no type; %s is ignored",
                        loomc_type_name(resource->type));
        resource->type = LOOMC_NONE;
    }
    if (!resource->executable && resource->type == LOOMC_NONE) {
        loomc_report_at(reader->diagnostics, reader->oddity, reader->source, place_of(field, item),
                        "a resource that is not executable needs a type; taken as Opaque");
        resource->type = LOOMC_OPAQUE;
    }
    return true;
}

static bool read_units(const struct reader *reader, const xmlNode *item, const struct field *field,
                       const char **units)
{
    *units = tidy_text(reader, field);
    if (strlen(*units) > LOOMC_NAME_MAX) {
        loomc_error_at(reader->diagnostics, reader->source, place_of(field, item),
                       "<%s> is longer than %u bytes", field->name, LOOMC_NAME_MAX);
        return false;
    }
    return true;
}

/* What the profile says is judged with the profile (plan_repairs.c). */
static void read_range(const struct reader *reader, const xmlNode *item, const struct field *field,
                       struct loomc_resource *resource)
{
    const struct loomc_setting *repair =
        loomc_repair_find(reader->profile, LOOMC_WORD_RANGE, reader->object, resource);
    const struct loomc_setting *values =
        loomc_repair_find(reader->profile, LOOMC_WORD_VALUES, reader->object, resource);

    resource->range_text =
        repair != NULL ? loomc_text_fold(reader->arena, loomc_repair_text(reader->arena, repair))
                       : folded_text(reader, field);
    const char *remark = loomc_resource_read_range(reader->arena, resource, &resource->ranges);
    bool several = resource->ranges.several;
    bool open = resource->ranges.count == 0;

    resource->enumeration =
        loomc_enumeration_read(reader->arena, resource->type, resource->range_text,
                               resource->description, &resource->ranges);
    /* What the numbers could not tell, the list of their names may have told. */
    bool told = open && resource->ranges.count > 0;

    if (resource->enumeration.flags) {
        remark = "not enforced: its values may be flags, which add up";
    }

    /* Who says so in a model of his own is told; in others' it is no news. */
    bool news = !resource->ranges.none || reader->strict;

    if (remark != NULL && !told && repair == NULL && news) {
        const char *settle =
            (several || resource->enumeration.flags) && resource->identified
                ? loomc_format(reader->arena,
                               "; below \"object %u\" of a profile \"range %u RANGE\" says which",
                               reader->object->id, resource->id)
                : "";

        loomc_report_at(reader->diagnostics, reader->oddity, reader->source, place_of(field, item),
                        "range \"%.60s\" %s%s", resource->range_text, remark, settle);
    }
    if (values != NULL) {
        resource->enumeration =
            loomc_enumeration_read(reader->arena, resource->type, "",
                                   loomc_repair_text(reader->arena, values), &resource->ranges);
    }
}

static bool read_item_id(const struct reader *reader, const xmlNode *item, uint16_t *id)
{
    unsigned long number;
    xmlChar *text = xmlGetNoNsProp(item, (const xmlChar *)"ID");
    bool good =
        text != NULL &&
        loomc_text_number(loomc_text_fold(reader->arena, (const char *)text), 65534, &number);

    if (text == NULL) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(item),
                       "<Item> has no attribute ID");
    } else if (!good) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(item),
                       "\"%s\" is not an id: a number from 0 to 65534", (const char *)text);
    } else {
        *id = (uint16_t)number;
    }
    xmlFree(text);
    return good;
}

/* ---- items and objects ----------------------------------------------------------------------- */

static bool read_resource_name(const struct reader *reader, const xmlNode *item,
                               const struct field *field, struct loomc_resource *resource)
{
    bool good = read_name(reader, item, field, &resource->name);

    resource->model_name = resource->name;
    const struct loomc_setting *repair =
        loomc_repair_find(reader->profile, LOOMC_WORD_NAME, reader->object, resource);

    if (repair != NULL && loomc_is_name(repair->arguments[1].text)) {
        resource->name = loomc_text_fold(reader->arena, repair->arguments[1].text);
    }
    return good;
}

static bool read_item(const struct reader *reader, const xmlNode *item,
                      struct loomc_resource *resource)
{
    enum { NAME, OPERATIONS, INSTANCES, MANDATORY, TYPE, RANGE, UNITS, DESCRIPTION, FIELDS };
    struct field fields[FIELDS] = {
        [NAME] = {"Name", NULL},
        [OPERATIONS] = {"Operations", NULL},
        [INSTANCES] = {"MultipleInstances", NULL},
        [MANDATORY] = {"Mandatory", NULL},
        [TYPE] = {"Type", NULL},
        [RANGE] = {"RangeEnumeration", NULL},
        [UNITS] = {"Units", NULL},
        [DESCRIPTION] = {"Description", NULL},
    };
    /* Every field is read even after an error: all problems are told in one run. */
    bool good = read_item_id(reader, item, &resource->id);

    resource->identified = good;
    good = find_fields(reader, item, fields, FIELDS) && good;
    good = read_resource_name(reader, item, &fields[NAME], resource) && good;
    good = read_operations(reader, item, &fields[OPERATIONS], resource) && good;
    good = read_flag(reader, item, &fields[INSTANCES], "Multiple", "Single", &resource->multiple) &&
           good;
    good = read_flag(reader, item, &fields[MANDATORY], "Mandatory", "Optional",
                     &resource->mandatory) &&
           good;
    good = read_type(reader, item, &fields[TYPE], resource) && good;
    good = read_units(reader, item, &fields[UNITS], &resource->units) && good;
    resource->description = raw_text(reader, &fields[DESCRIPTION]);
    resource->place = loomc_xml_place(item);
    read_range(reader, item, &fields[RANGE], resource);
    if (resource->executable && resource->multiple) {
        loomc_report_at(reader->diagnostics, reader->oddity, reader->source,
                        place_of(&fields[INSTANCES], item),
                        "an executable resource has no instances; taken as Single");
        resource->multiple = false;
    }
    return good;
}

static int compare_resources(const void *left, const void *right)
{
    const struct loomc_resource *a = left;
    const struct loomc_resource *b = right;

    if (a->id != b->id) {
        return a->id < b->id ? -1 : 1;
    }
    return loomc_place_compare(a->place, b->place);
}

static bool sort_resources(const struct reader *reader, struct loomc_object *object)
{
    bool good = true;

    if (object->resource_count > 1) {
        qsort(object->resources, object->resource_count, sizeof object->resources[0],
              compare_resources);
    }
    for (size_t i = 1; i < object->resource_count; i++) {
        const struct loomc_resource *first = &object->resources[i - 1];
        const struct loomc_resource *second = &object->resources[i];

        if (first->id == second->id) {
            loomc_error_at(reader->diagnostics, reader->source, second->place,
                           "resource %u is already defined in line %u", second->id,
                           first->place.line);
            good = false;
        }
    }
    return good;
}

static bool read_items(const struct reader *reader, const xmlNode *parent,
                       const struct field *field, struct loomc_object *object)
{
    bool good = true;
    size_t room = 0;
    size_t items = 0;
    const xmlNode *node = field->node != NULL ? field->node->children : NULL;

    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (!loomc_xml_is(node, "Item")) {
            report_unknown(reader, node);
            continue;
        }
        struct loomc_resource resource = {0};

        if (++items > LOOMC_RESOURCES_MAX) {
            continue; /* there may be very many */
        }
        good = read_item(reader, node, &resource) && good;
        if (resource.identified) { /* a faulty one, too: its id may be another's */
            object->resources = loomc_grow(reader->arena, object->resources, object->resource_count,
                                           &room, sizeof object->resources[0]);
            object->resources[object->resource_count++] = resource;
        }
    }
    if (items == 0) {
        loomc_error_at(reader->diagnostics, reader->source, place_of(field, parent),
                       "the object has no resources");
        good = false;
    }
    if (items > LOOMC_RESOURCES_MAX) {
        loomc_error_at(reader->diagnostics, reader->source, place_of(field, parent),
                       "%zu resources; an object has at most %u", items, LOOMC_RESOURCES_MAX);
        good = false;
    }
    return sort_resources(reader, object) && good;
}

static bool read_object_id(const struct reader *reader, const xmlNode *parent,
                           const struct field *field, struct loomc_object *object)
{
    unsigned long number;
    const char *text = folded_text(reader, field);

    object->place = place_of(field, parent);
    if (field->node == NULL) {
        loomc_error_at(reader->diagnostics, reader->source, object->place, "<ObjectID> is missing");
        return false;
    }
    if (!loomc_text_number(text, 65534, &number)) {
        loomc_error_at(reader->diagnostics, reader->source, object->place,
                       "\"%s\" is not an id: a number from 0 to 65534", text);
        return false;
    }
    object->id = (uint16_t)number;
    return true;
}

/* A missing or empty version means 1.0. */
static bool read_version(const struct reader *reader, const xmlNode *parent,
                         const struct field *field, uint8_t *major, uint8_t *minor)
{
    const char *text = folded_text(reader, field);

    *major = 1;
    *minor = 0;
    if (*text == '\0' || loomc_text_version(text, major, minor)) {
        return true;
    }
    /* `1` and `v1.0` can be nothing else. */
    const char *digits = text + (*text == 'v' || *text == 'V' ? 1 : 0);
    const char *point = strchr(digits, '.') == NULL ? ".0" : "";

    if (!reader->strict &&
        loomc_text_version(loomc_format(reader->arena, "%s%s", digits, point), major, minor)) {
        loomc_warning_at(reader->diagnostics, reader->source, place_of(field, parent),
                         "version \"%s\" is written \"%u.%u\"; read as that", text, *major, *minor);
        return true;
    }
    *major = 1;
    *minor = 0;
    loomc_error_at(reader->diagnostics, reader->source, place_of(field, parent),
                   "\"%s\" is not a version such as 1.0", text);
    return false;
}

static const char *join_descriptions(const struct reader *reader, const struct field *first,
                                     const struct field *second)
{
    return loomc_format(reader->arena, "%s\n\n%s", raw_text(reader, first),
                        raw_text(reader, second));
}

/* What the URN says of id and version ought to be what the object says. */
static void compare_urn(const struct reader *reader, const struct loomc_object *object,
                        bool has_version)
{
    static const char begin[] = "urn:oma:lwm2m:";
    const char *colon = strncmp(object->urn, begin, strlen(begin)) == 0
                            ? strchr(object->urn + strlen(begin), ':')
                            : NULL;
    size_t digits = colon != NULL ? strcspn(colon + 1, ":") : 0;
    unsigned long id;
    uint8_t major = 1;
    uint8_t minor = 0;

    if (colon == NULL ||
        !loomc_text_number(loomc_copy(reader->arena, colon + 1, digits), 65535, &id)) {
        return;
    }
    const char *version = colon[1 + digits] == ':' ? colon + 2 + digits : NULL;

    if (id != object->id) {
        loomc_warning_at(reader->diagnostics, reader->source, object->urn_place,
                         "the URN is that of object %lu; ObjectID says %u, which counts", id,
                         object->id);
    }
    if (version != NULL && !loomc_text_version(version, &major, &minor)) {
        return;
    }
    if (version != NULL && (major != object->version_major || minor != object->version_minor)) {
        loomc_warning_at(reader->diagnostics, reader->source, object->urn_place,
                         "the URN says version %s, %s %u.%u, which counts", version,
                         has_version ? "ObjectVersion" : "and without ObjectVersion it is",
                         object->version_major, object->version_minor);
    }
}

/* Whether the file says that its schema is OMA's for 1.1. */
static bool has_newer_schema(const xmlNode *node)
{
    const xmlNode *root = xmlDocGetRootElement(node->doc);

    for (const xmlAttr *attribute = root->properties; attribute != NULL;
         attribute = attribute->next) {
        const char *value = attribute->children != NULL && attribute->children->content != NULL
                                ? (const char *)attribute->children->content
                                : "";

        if (xmlStrEqual(attribute->name, (const xmlChar *)"noNamespaceSchemaLocation") &&
            strstr(value, "LWM2M-v1_1.xsd") != NULL) {
            return true;
        }
    }
    return false;
}

static void rename_object(const struct reader *reader, struct loomc_object *object)
{
    object->model_name = object->name;
    const struct loomc_token *name = loomc_repair_object_name(reader->profile, object);

    if (name != NULL && loomc_is_name(name->text)) {
        object->name = loomc_text_fold(reader->arena, name->text);
    }
}

static bool read_object(const struct reader *reader, const xmlNode *node,
                        struct loomc_object *object)
{
    enum {
        NAME,
        DESCRIPTION1,
        ID,
        URN,
        LWM2M_VERSION,
        VERSION,
        INSTANCES,
        MANDATORY,
        RESOURCES,
        DESCRIPTION2,
        FIELDS
    };
    struct field fields[FIELDS] = {
        [NAME] = {"Name", NULL},
        [DESCRIPTION1] = {"Description1", NULL},
        [ID] = {"ObjectID", NULL},
        [URN] = {"ObjectURN", NULL},
        [LWM2M_VERSION] = {"LWM2MVersion", NULL},
        [VERSION] = {"ObjectVersion", NULL},
        [INSTANCES] = {"MultipleInstances", NULL},
        [MANDATORY] = {"Mandatory", NULL},
        [RESOURCES] = {"Resources", NULL},
        [DESCRIPTION2] = {"Description2", NULL},
    };
    uint8_t major;
    uint8_t minor;
    bool good = find_fields(reader, node, fields, FIELDS);

    good = read_name(reader, node, &fields[NAME], &object->name) && good;
    good = read_object_id(reader, node, &fields[ID], object) && good;
    good = read_version(reader, node, &fields[VERSION], &object->version_major,
                        &object->version_minor) &&
           good;
    bool identified = good;

    good = read_version(reader, node, &fields[LWM2M_VERSION], &major, &minor) && good;
    rename_object(reader, object);
    good = read_flag(reader, node, &fields[INSTANCES], "Multiple", "Single", &object->multiple) &&
           good;
    good =
        read_flag(reader, node, &fields[MANDATORY], "Mandatory", "Optional", &object->mandatory) &&
        good;
    object->urn = folded_text(reader, &fields[URN]);
    object->urn_place = place_of(&fields[URN], node);
    object->lwm2m_version = loomc_format(reader->arena, "%u.%u", major, minor);
    object->description = join_descriptions(reader, &fields[DESCRIPTION1], &fields[DESCRIPTION2]);
    object->source = reader->source;
    if (!reader->strict && identified) {
        compare_urn(reader, object, *folded_text(reader, &fields[VERSION]) != '\0');
    }
    if (reader->strict && strcmp(object->lwm2m_version, "1.0") == 0 && has_newer_schema(node)) {
        loomc_error_at(reader->diagnostics, reader->source, place_of(&fields[LWM2M_VERSION], node),
                       "LWM2MVersion 1.0 in a file whose schema is that of 1.1: servers refuse it");
    }
    struct reader inner = *reader;

    inner.object = object;
    return read_items(&inner, node, &fields[RESOURCES], object) && good;
}

/* The licence that the file says it is under: what is made of a model is under the model's licence.
 */
static const char *find_license(const struct reader *reader)
{
    static const char tag[] = "SPDX-License-Identifier:";
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+() ";
    const char *found = strstr(reader->source->text, tag);

    if (found == NULL) {
        return NULL;
    }
    found += strlen(tag);
    found += strspn(found, " ");
    size_t length = strspn(found, allowed);

    while (length > 0 && strchr(" -", found[length - 1]) != NULL) {
        length--; /* the end of the comment */
    }
    return length > 0 && length <= 64 ? loomc_copy(reader->arena, found, length) : NULL;
}

static void read_document(const struct reader *reader, xmlDoc *document,
                          struct loomc_models *models)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    const char *license = find_license(reader);
    size_t found = 0;

    if (root == NULL || !loomc_xml_is(root, "LWM2M")) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(root),
                       "not an object model: <LWM2M> is missing");
        return;
    }
    for (const xmlNode *node = root->children; node != NULL; node = node->next) {
        struct loomc_object object = {0};

        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (!loomc_xml_is(node, "Object")) {
            report_unknown(reader, node);
            continue;
        }
        found++;
        if (read_object(reader, node, &object)) {
            object.license = license;
            models->objects = loomc_grow(reader->arena, models->objects, models->count,
                                         &models->room, sizeof models->objects[0]);
            models->objects[models->count++] = object;
            if (reader->strict) {
                loomc_rules_check(reader->diagnostics, &object);
            }
        }
    }
    if (found == 0) {
        loomc_error_at(reader->diagnostics, reader->source, loomc_xml_place(root),
                       "not an object model: <Object> is missing");
    }
}

/* ---- the file -------------------------------------------------------------------------------- */

void loomc_xml_read(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                    const struct loomc_source *source, bool strict,
                    const struct loomc_profile *profile, struct loomc_models *models)
{
    struct unknown unknown = {{NULL}, 0};
    struct reader reader = {.arena = arena,
                            .diagnostics = diagnostics,
                            .source = source,
                            .strict = strict,
                            .oddity = strict ? LOOMC_ERROR : LOOMC_WARNING,
                            .unknown = &unknown,
                            .profile = profile};
    xmlDoc *document = loomc_xml_document(arena, diagnostics, source);

    if (document == NULL) {
        return;
    }
    if (strict) {
        loomc_schema_check(diagnostics, source, document);
        loomc_schema_location_check(diagnostics, source, document);
    }
    read_document(&reader, document, models);
    xmlFreeDoc(document);
}
