/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "plan.h"

#include "accounts.h"
#include "loom/ids.h"
#include "nearest.h"
#include "repairs.h"
#include "text.h"

#include <string.h>
#include <strings.h>

#define ROOM_MAX     65534u
#define CAPACITY_MAX 65534u

struct defaults {
    unsigned size;   /* without a range */
    unsigned length; /* the most that a range alone gives, unless all its lengths are beyond */
    unsigned bits;   /* of whole numbers without a range */
    unsigned count;
    unsigned room;
    bool initial_set;
    unsigned initial;
    bool complete;
    enum loomc_serving executables;
};

/* What a section of the profile speaks of. */
struct subject {
    const struct loomc_planner *planner;
    struct loomc_plan_object *objects; /* one object in one or more versions */
    size_t count;
    const struct loomc_setting *setting; /* the line at hand */
};

static void report(const struct subject *subject, const struct loomc_token *token,
                   const char *problem)
{
    loomc_error(subject->planner->diagnostics, subject->planner->profile->source, token->offset,
                "%s", problem);
}

/* ---- defaults -------------------------------------------------------------------------------- */

static bool read_bits(const struct loomc_planner *planner, const struct loomc_token *token,
                      unsigned *bits)
{
    if (!loomc_plan_number(planner, token, 8, 64, bits)) {
        return false;
    }
    if (*bits != 8 && *bits != 16 && *bits != 32 && *bits != 64) {
        loomc_error(planner->diagnostics, planner->profile->source, token->offset,
                    "whole numbers have 8, 16, 32 or 64 bits, not %u", *bits);
        return false;
    }
    return true;
}

static void read_default(const struct loomc_planner *planner, const struct loomc_setting *setting,
                         struct defaults *defaults)
{
    const struct loomc_token *value = setting->arguments;

    switch (setting->word) {
    case LOOMC_WORD_SIZE:
        loomc_plan_number(planner, value, 1, CAPACITY_MAX, &defaults->size);
        break;
    case LOOMC_WORD_LENGTH:
        loomc_plan_number(planner, value, 1, CAPACITY_MAX, &defaults->length);
        break;
    case LOOMC_WORD_BITS:
        read_bits(planner, value, &defaults->bits);
        break;
    case LOOMC_WORD_COUNT:
        loomc_plan_number(planner, value, 1, 255, &defaults->count);
        break;
    case LOOMC_WORD_ROOM:
        loomc_plan_number(planner, value, 1, ROOM_MAX, &defaults->room);
        break;
    case LOOMC_WORD_INITIAL:
        defaults->initial_set = loomc_plan_number(planner, value, 0, 255, &defaults->initial);
        break;
    case LOOMC_WORD_COMPLETE:
        defaults->complete = true;
        break;
    case LOOMC_WORD_EXECUTABLES:
        if (strcmp(value->text, "reported") == 0) {
            defaults->executables = LOOMC_REPORTED;
        } else if (strcmp(value->text, "handled") == 0) {
            defaults->executables = LOOMC_HANDLED;
        } else {
            loomc_error(planner->diagnostics, planner->profile->source, value->offset,
                        "expected \"handled\" or \"reported\", not \"%s\"", value->text);
        }
        break;
    default: /* of products: plan_products.c */
        break;
    }
}

static unsigned default_capacity(const struct loomc_resource *resource,
                                 const struct defaults *defaults)
{
    struct loomc_lengths lengths = loomc_ranges_lengths(&resource->ranges);
    uint64_t room = lengths.least > defaults->length ? lengths.least : defaults->length;

    if (lengths.most == UINT64_MAX) {
        room = lengths.least > defaults->size ? lengths.least : defaults->size;
    }
    room = lengths.most < room ? lengths.most : room;
    return room == 0 ? 1 : room < CAPACITY_MAX ? (unsigned)room : CAPACITY_MAX;
}

static void default_row(const struct loomc_object *object, const struct loomc_resource *resource,
                        const struct defaults *defaults, struct loomc_row *row)
{
    row->resource = resource;
    row->readable = resource->readable;
    row->writable = resource->writable;
    row->secret = loomc_is_secret(object->id, resource->id);
    row->credential = loomc_is_credential(object->id, resource->id);
    row->default_bits = resource->type == LOOMC_TIME ? 64 : defaults->bits;
    row->count = resource->multiple ? defaults->count : 1;
    row->capacity =
        loomc_type_has_length(resource->type) ? default_capacity(resource, defaults) : 0;
    /* What the Server object can be made to do is the runtime's own work. */
    if (resource->executable) {
        row->serving = object->id == LOOM_ID_SERVER ? LOOMC_REPORTED : defaults->executables;
    }
}

static unsigned initial_of(const struct loomc_object *object)
{
    return object->multiple ? 0 : 1;
}

/* A bootstrap makes the instances, not the first start, and they outlive a restart. */
static void make_account(struct loomc_plan_object *planned)
{
    planned->account = true;
    planned->persistent = true;
    planned->initial = initial_of(planned->object);
    planned->complete = false;
}

static void default_object(const struct loomc_planner *planner, const struct defaults *defaults,
                           struct loomc_plan_object *planned)
{
    const struct loomc_object *object = planned->object;

    planned->rows = loomc_alloc(planner->arena, object->resource_count * sizeof planned->rows[0]);
    planned->row_count = object->resource_count;
    for (size_t i = 0; i < object->resource_count; i++) {
        default_row(object, &object->resources[i], defaults, &planned->rows[i]);
    }
    planned->room = object->multiple ? defaults->room : 1;
    if (loomc_is_account(object->id)) {
        make_account(planned);
        return;
    }
    unsigned initial = defaults->initial_set ? defaults->initial : initial_of(object);

    planned->initial = initial < planned->room ? initial : planned->room;
    planned->complete = defaults->complete;
}

/* ---- rows of an object ----------------------------------------------------------------------- */

static bool speaks_of(const struct loomc_token *token, const struct loomc_resource *resource)
{
    return loomc_token_names(token, resource->id, resource->name, resource->model_name);
}

static bool is_all(const struct loomc_token *token)
{
    return !token->quoted && strcmp(token->text, "all") == 0;
}

static void report_no_resource(const struct subject *subject, const struct loomc_token *token)
{
    const struct loomc_object *object = subject->objects[0].object;
    const char *names[LOOMC_RESOURCES_MAX];

    for (size_t i = 0; i < object->resource_count; i++) {
        names[i] = object->resources[i].name;
    }
    const char *nearest = loomc_nearest(token->text, names, object->resource_count);
    const char *quote = token->quoted ? "\"" : "";

    if (nearest != NULL) {
        loomc_error(subject->planner->diagnostics, subject->planner->profile->source, token->offset,
                    "object %u (%s) has no resource %s%s%s; did you mean \"%s\"?", object->id,
                    object->name, quote, token->text, quote, nearest);
    } else {
        loomc_error(subject->planner->diagnostics, subject->planner->profile->source, token->offset,
                    "object %u (%s) has no resource %s%s%s", object->id, object->name, quote,
                    token->text, quote);
    }
}

/* What a setting does with a row. @return NULL, or why it cannot. */
typedef const char *row_action(struct loomc_row *row, unsigned number);

/* Lines may contradict each other, which is seen when all have been read (plan_clashes.c). */
static void note_line(const struct subject *subject, const struct loomc_token *token,
                      struct loomc_row *row)
{
    const struct loomc_setting *setting = subject->setting;
    struct loomc_said *said = &row->said;
    bool gives = false;

    switch (setting->word) {
    case LOOMC_WORD_HANDLED:
    case LOOMC_WORD_STREAM:
    case LOOMC_WORD_STORED:
    case LOOMC_WORD_REPORTED:
    case LOOMC_WORD_CONSTANT:
        said->serving = setting;
        gives = true;
        break;
    case LOOMC_WORD_SIZE:
    case LOOMC_WORD_COUNT:
    case LOOMC_WORD_BITS:
        gives = true;
        break;
    case LOOMC_WORD_HIDE:
        said->hide = setting;
        break;
    case LOOMC_WORD_WITHOUT:
        said->left_out = setting;
        break;
    default:
        break;
    }
    if (gives && !is_all(token)) {
        said->named = setting;
    }
}

/* Does it with each row, in any version, that the token speaks of. @return false after an error. */
static bool for_rows(const struct subject *subject, const struct loomc_token *token,
                     row_action *action, unsigned number)
{
    const char *problem = NULL;
    const struct loomc_resource *resource = NULL;
    bool found = false;

    for (size_t i = 0; i < subject->count; i++) {
        struct loomc_plan_object *planned = &subject->objects[i];

        for (size_t j = 0; j < planned->row_count; j++) {
            struct loomc_row *row = &planned->rows[j];

            /* `all` is of what nothing else has been said of: not of what the client serves. */
            if (is_all(token) ? row->own : !speaks_of(token, row->resource)) {
                found = found || is_all(token);
                continue;
            }
            const char *why = action(row, number);

            found = true;
            if (why == NULL) {
                note_line(subject, token, row);
            } else if (!is_all(token)) {
                problem = why;
                resource = row->resource;
            }
        }
    }
    if (!found) {
        report_no_resource(subject, token);
    } else if (problem != NULL) {
        loomc_error(subject->planner->diagnostics, subject->planner->profile->source, token->offset,
                    "resource %u (%s) %s", resource->id, resource->name, problem);
    }
    return found && problem == NULL;
}

/* What it always is counts no more. */
static void end_constant(struct loomc_row *row)
{
    row->preset = row->constant ? NULL : row->preset;
    row->constant = false;
}

static const char *serve(struct loomc_row *row, unsigned number)
{
    enum loomc_serving serving = (enum loomc_serving)number;

    if (serving == LOOMC_STORED && row->resource->executable) {
        return "is executable: it can be handled or reported, not stored";
    }
    if (serving == LOOMC_REPORTED && !row->resource->executable) {
        return "is not executable: it can be stored or handled, not reported";
    }
    row->serving = serving;
    row->stream = false;
    row->own = false;
    end_constant(row);
    return NULL;
}

static const char *make_stream(struct loomc_row *row, unsigned number)
{
    const struct loomc_resource *resource = row->resource;

    (void)number;
    if (resource->type != LOOMC_OPAQUE || resource->multiple) {
        return "cannot be a stream: it is no single resource of type Opaque";
    }
    if (!resource->readable && !resource->writable) {
        return "cannot be a stream: no server reads or writes it";
    }
    row->serving = LOOMC_HANDLED;
    row->stream = true;
    end_constant(row);
    return NULL;
}

static const char *leave_out(struct loomc_row *row, unsigned number)
{
    (void)number;
    if (row->resource->mandatory) {
        return "is mandatory";
    }
    row->left_out = true;
    return NULL;
}

static const char *take_in(struct loomc_row *row, unsigned number)
{
    (void)number;
    row->left_out = false;
    return NULL;
}

static const char *forbid_writing(struct loomc_row *row, unsigned number)
{
    (void)number;
    if (!row->resource->readable) {
        return "cannot be read by a server: there would be nothing left of it; say hide";
    }
    row->writable = false;
    return NULL;
}

static const char *hide(struct loomc_row *row, unsigned number)
{
    (void)number;
    if (row->resource->executable) {
        return "is executable: it has no value to hide";
    }
    row->readable = false;
    row->writable = false;
    return NULL;
}

static const char *keep_secret(struct loomc_row *row, unsigned number)
{
    (void)number;
    if (row->resource->executable) {
        return "is executable: it has no value to keep secret";
    }
    row->secret = true;
    return NULL;
}

static const char *set_capacity(struct loomc_row *row, unsigned number)
{
    if (!loomc_type_has_length(row->resource->type)) {
        return "has no size: it is no String, Opaque or Corelnk";
    }
    row->capacity = number;
    row->sized = true;
    return loomc_ranges_lengths(&row->resource->ranges).least > number
               ? "would have no room for any length that its range allows"
               : NULL;
}

static const char *set_count(struct loomc_row *row, unsigned number)
{
    if (!row->resource->multiple) {
        return "is a single resource";
    }
    row->count = number;
    return NULL;
}

static void for_all_arguments(const struct subject *subject, const struct loomc_setting *setting,
                              row_action *action, unsigned number)
{
    for (size_t i = 0; i < setting->count; i++) {
        for_rows(subject, &setting->arguments[i], action, number);
    }
}

static void keep_only(const struct subject *subject, const struct loomc_setting *setting)
{
    for (size_t i = 0; i < subject->count; i++) {
        for (size_t j = 0; j < subject->objects[i].row_count; j++) {
            struct loomc_row *row = &subject->objects[i].rows[j];

            if (leave_out(row, 0) == NULL) {
                row->said.left_out = setting;
            }
        }
    }
    for_all_arguments(subject, setting, take_in, 0);
}

static void set_of_resource(const struct subject *subject, const struct loomc_setting *setting,
                            row_action *action, unsigned most)
{
    unsigned number;

    if (loomc_plan_number(subject->planner, &setting->arguments[1], 1, most, &number)) {
        for_rows(subject, &setting->arguments[0], action, number);
    }
}

static const char *make_constant(struct loomc_row *row, unsigned number)
{
    (void)number;
    if (row->resource->executable) {
        return "is executable: it has no value";
    }
    if (!row->resource->readable) {
        return "cannot be a constant: no server reads it";
    }
    row->serving = LOOMC_HANDLED;
    row->stream = false;
    row->constant = true;
    return NULL;
}

/* What the values are is checked when sizes are settled (plan_presets.c). */
static void set_values(const struct subject *subject, const struct loomc_setting *setting)
{
    bool found = false;

    for (size_t i = 0; i < subject->count; i++) {
        for (size_t j = 0; j < subject->objects[i].row_count; j++) {
            struct loomc_row *row = &subject->objects[i].rows[j];

            if (speaks_of(&setting->arguments[0], row->resource)) {
                if (row->constant && setting->word == LOOMC_WORD_VALUE) {
                    row->serving = LOOMC_STORED;
                    row->constant = false;
                }
                row->preset = setting;
                row->said.named = setting;
                found = true;
            }
        }
    }
    if (!found) {
        report_no_resource(subject, &setting->arguments[0]);
    }
}

/* ---- repairs --------------------------------------------------------------------------------- */

static void judge_object_name(const struct subject *subject, const struct loomc_token *name)
{
    if (!loomc_is_name(name->text)) {
        report(subject, name, "a name is a line of text, at most 255 bytes");
    }
}

/* The reader of models has taken it; it is judged when no later line takes its place. */
static void note_repair(const struct subject *subject, const struct loomc_setting *setting)
{
    bool found = false;

    for (size_t i = 0; i < subject->count; i++) {
        for (size_t j = 0; j < subject->objects[i].row_count; j++) {
            struct loomc_row *row = &subject->objects[i].rows[j];

            if (speaks_of(&setting->arguments[0], row->resource)) {
                struct loomc_said *said = &row->said;
                const struct loomc_setting **place =
                    setting->word == LOOMC_WORD_NAME    ? &said->name
                    : setting->word == LOOMC_WORD_TYPE  ? &said->type
                    : setting->word == LOOMC_WORD_RANGE ? &said->range
                                                        : &said->values;

                *place = setting;
                found = true;
            }
        }
    }
    if (!found) {
        report_no_resource(subject, &setting->arguments[0]);
    }
}

static void judge_repair(const struct loomc_planner *planner, const struct loomc_setting *setting,
                         const struct loomc_resource *resource)
{
    const char *problem =
        setting != NULL ? loomc_plan_judge_repair(planner, setting, resource) : NULL;

    if (problem != NULL) {
        loomc_plan_error_of(planner, setting->arguments[1].offset, resource, problem);
    }
}

static void judge_repairs(const struct loomc_planner *planner,
                          const struct loomc_plan_object *planned)
{
    for (size_t i = 0; i < planned->row_count; i++) {
        const struct loomc_row *row = &planned->rows[i];

        judge_repair(planner, row->said.name, row->resource);
        judge_repair(planner, row->said.type, row->resource);
        judge_repair(planner, row->said.range, row->resource);
        judge_repair(planner, row->said.values, row->resource);
    }
}

static const char *set_bits(struct loomc_row *row, unsigned number)
{
    enum loomc_type type = row->resource->type;

    if (type != LOOMC_INTEGER && type != LOOMC_UNSIGNED && type != LOOMC_TIME) {
        return "has no bits to choose: it is no whole number and no Time";
    }
    row->bits = number;
    return NULL;
}

/* Whether they are enough is known when all ranges are. */
static void note_bits(const struct subject *subject, const struct loomc_token *token, size_t offset)
{
    for (size_t i = 0; i < subject->count; i++) {
        const struct loomc_plan_object *planned = &subject->objects[i];

        for (size_t j = 0; j < planned->row_count; j++) {
            if (is_all(token) || speaks_of(token, planned->rows[j].resource)) {
                planned->rows[j].bits_offset = offset;
            }
        }
    }
}

/* ---- views ----------------------------------------------------------------------------------- */

/* The resource of Security that a view shows, in the first version that has it. */
static const struct loomc_resource *find_security(const struct loomc_planner *planner, uint16_t id)
{
    const struct loomc_resource *found = NULL;

    for (size_t i = 0; i < planner->plan->count && found == NULL; i++) {
        const struct loomc_object *object = planner->plan->objects[i].object;

        found = object->id == LOOM_ID_SECURITY ? loomc_object_resource(object, id) : NULL;
    }
    return found;
}

static bool read_pair(const struct subject *subject, const struct loomc_token *token,
                      struct loomc_token *resource, uint16_t *shown)
{
    const char *equals = strchr(token->text, '=');
    unsigned long number;

    if (token->quoted || equals == NULL || !loomc_text_number(equals + 1, 65534, &number)) {
        report(subject, token, "expected RESOURCE=SECURITY-RESOURCE, such as 4=11");
        return false;
    }
    resource->text =
        loomc_copy(subject->planner->arena, token->text, (size_t)(equals - token->text));
    resource->quoted = false;
    resource->offset = token->offset;
    *shown = (uint16_t)number;
    return true;
}

static void show(const struct subject *subject, const struct loomc_token *token,
                 const struct loomc_token *name, uint16_t shown)
{
    const struct loomc_resource *security = find_security(subject->planner, shown);
    bool found = false;

    if (security == NULL) {
        report(subject, token, "no model of object 0 (Security) has the resource that is shown");
        return;
    }
    for (size_t i = 0; i < subject->count; i++) {
        for (size_t j = 0; j < subject->objects[i].row_count; j++) {
            struct loomc_row *row = &subject->objects[i].rows[j];

            if (!speaks_of(name, row->resource)) {
                continue;
            }
            found = true;
            row->serving = LOOMC_SHOWN;
            row->shown = shown;
            row->secret = row->secret || loomc_is_secret(LOOM_ID_SECURITY, shown);
            if (row->resource->type != security->type ||
                row->resource->multiple != security->multiple) {
                loomc_plan_error(subject->planner, token->offset, LOOMC_PART_NONE,
                                 "the two resources are not of one type");
            }
        }
    }
    if (!found) {
        report_no_resource(subject, name);
    }
}

static void make_view(const struct subject *subject, const struct loomc_setting *setting)
{
    for (size_t i = 0; i < setting->count; i++) {
        struct loomc_token name;
        uint16_t shown;

        if (read_pair(subject, &setting->arguments[i], &name, &shown)) {
            show(subject, &setting->arguments[i], &name, shown);
        }
    }
    for (size_t i = 0; i < subject->count; i++) {
        struct loomc_plan_object *planned = &subject->objects[i];

        planned->view = true;
        planned->view_line = setting;
        planned->room = 0;
        planned->initial = 0;
        for (size_t j = 0; j < planned->row_count; j++) {
            struct loomc_row *row = &planned->rows[j];

            row->left_out = row->serving != LOOMC_SHOWN;
            if (row->left_out && row->resource->mandatory) {
                loomc_plan_error(
                    subject->planner, setting->offset, row->resource->id,
                    loomc_format(subject->planner->arena,
                                 "the view shows nothing as mandatory resource %u (%s)",
                                 row->resource->id, row->resource->name));
            }
        }
    }
}

/* ---- settings of an object ------------------------------------------------------------------- */

static void set_room(const struct subject *subject, const struct loomc_token *token)
{
    unsigned room;

    if (!loomc_plan_number(subject->planner, token, 1, ROOM_MAX, &room)) {
        return;
    }
    for (size_t i = 0; i < subject->count; i++) {
        struct loomc_plan_object *planned = &subject->objects[i];

        if (room > 1 && !planned->object->multiple) {
            report(subject, token, "the object has a single instance");
            return;
        }
        planned->room = room;
        if (planned->initial_token == NULL && planned->initial > room) {
            planned->initial = room;
        }
    }
}

static void set_initial(const struct subject *subject, const struct loomc_token *token)
{
    unsigned initial;

    if (!loomc_plan_number(subject->planner, token, 0, 255, &initial)) {
        return;
    }
    for (size_t i = 0; i < subject->count; i++) {
        subject->objects[i].initial = initial;
        subject->objects[i].initial_token = token;
    }
}

static void set_flag(const struct subject *subject, const struct loomc_setting *setting)
{
    enum loomc_word word = setting->word;

    for (size_t i = 0; i < subject->count; i++) {
        struct loomc_plan_object *planned = &subject->objects[i];

        planned->complete = planned->complete || word == LOOMC_WORD_COMPLETE;
        planned->hidden = planned->hidden || word == LOOMC_WORD_HIDDEN;
        planned->hidden_line = word == LOOMC_WORD_HIDDEN ? setting : planned->hidden_line;
        planned->persistent = planned->persistent || word == LOOMC_WORD_PERSISTENT;
        planned->staged = planned->staged || word == LOOMC_WORD_STAGED;
        if (word == LOOMC_WORD_ACCOUNT) {
            make_account(planned);
        }
    }
}

/* The resources of Firmware Update that the client serves itself (loom/firmware.h). */
static void run_firmware(const struct subject *subject, const struct loomc_setting *setting)
{
    enum { FIRMWARE_UPDATE = 5, PACKAGE = 0, PACKAGE_URI = 1, UPDATE = 2, CANCEL = 10 };

    for (size_t i = 0; i < subject->count; i++) {
        struct loomc_plan_object *planned = &subject->objects[i];

        if (planned->object->id != FIRMWARE_UPDATE) {
            loomc_error(subject->planner->diagnostics, subject->planner->profile->source,
                        setting->offset, "only object 5 (Firmware Update) is run by the client");
            return;
        }
        planned->firmware = true;
        for (size_t j = 0; j < planned->row_count; j++) {
            struct loomc_row *row = &planned->rows[j];
            unsigned id = row->resource->id;

            row->own = id == PACKAGE || id == PACKAGE_URI || id == UPDATE || id == CANCEL;
            if (row->own) {
                row->serving = LOOMC_HANDLED;
                row->stream = id == PACKAGE;
                row->said.firmware = setting;
                end_constant(row);
            }
        }
    }
}

static void apply(struct subject *subject, const struct loomc_setting *setting)
{
    unsigned bits;

    subject->setting = setting;
    switch (setting->word) {
    case LOOMC_WORD_ROOM:
        set_room(subject, setting->arguments);
        break;
    case LOOMC_WORD_INITIAL:
        set_initial(subject, setting->arguments);
        break;
    case LOOMC_WORD_HANDLED:
        for_all_arguments(subject, setting, serve, LOOMC_HANDLED);
        break;
    case LOOMC_WORD_STREAM:
        for_all_arguments(subject, setting, make_stream, 0);
        break;
    case LOOMC_WORD_STORED:
        for_all_arguments(subject, setting, serve, LOOMC_STORED);
        break;
    case LOOMC_WORD_REPORTED:
        for_all_arguments(subject, setting, serve, LOOMC_REPORTED);
        break;
    case LOOMC_WORD_WITHOUT:
        for_all_arguments(subject, setting, leave_out, 0);
        break;
    case LOOMC_WORD_ONLY:
        keep_only(subject, setting);
        break;
    case LOOMC_WORD_SIZE:
        set_of_resource(subject, setting, set_capacity, CAPACITY_MAX);
        break;
    case LOOMC_WORD_COUNT:
        set_of_resource(subject, setting, set_count, 255);
        break;
    case LOOMC_WORD_FIRMWARE:
        run_firmware(subject, setting);
        break;
    case LOOMC_WORD_BITS:
        if (read_bits(subject->planner, &setting->arguments[1], &bits)) {
            for_rows(subject, &setting->arguments[0], set_bits, bits);
            note_bits(subject, &setting->arguments[0], setting->arguments[1].offset);
        }
        break;
    case LOOMC_WORD_NAME:
        if (setting->count == 1) {
            judge_object_name(subject, &setting->arguments[0]);
            break;
        }
        note_repair(subject, setting);
        break;
    case LOOMC_WORD_TYPE:
    case LOOMC_WORD_RANGE:
    case LOOMC_WORD_VALUES:
        note_repair(subject, setting);
        break;
    case LOOMC_WORD_VIEW:
        make_view(subject, setting);
        break;
    case LOOMC_WORD_CONSTANT:
        if (for_rows(subject, &setting->arguments[0], make_constant, 0)) {
            set_values(subject, setting);
        }
        break;
    case LOOMC_WORD_VALUE:
        set_values(subject, setting);
        break;
    case LOOMC_WORD_READ_ONLY:
        for_all_arguments(subject, setting, forbid_writing, 0);
        break;
    case LOOMC_WORD_HIDE:
        for_all_arguments(subject, setting, hide, 0);
        break;
    case LOOMC_WORD_SECRET:
        for_all_arguments(subject, setting, keep_secret, 0);
        break;
    default: /* complete, hidden, persistent, account, staged */
        set_flag(subject, setting);
        break;
    }
}

/* What instances are given is checked when sizes are settled (plan_given.c). */
static void give(const struct subject *subject, const struct loomc_token *instance,
                 const struct loomc_setting *setting)
{
    for (size_t i = 0; i < subject->count; i++) {
        struct loomc_plan_object *planned = &subject->objects[i];

        planned->given_lines =
            loomc_grow(subject->planner->arena, planned->given_lines, planned->given_line_count,
                       &planned->given_line_room, sizeof planned->given_lines[0]);
        planned->given_lines[planned->given_line_count++] =
            (struct loomc_given_line){instance, setting};
    }
}

static void apply_section(const struct loomc_planner *planner, const struct loomc_section *section)
{
    struct subject subject = {planner, NULL, 0, NULL};
    const struct loomc_token *instance = NULL;

    subject.count = loomc_plan_find(planner, &section->head, &subject.objects);
    if (subject.count == 0) {
        return;
    }
    for (size_t i = 0; i < section->count; i++) {
        const struct loomc_setting *setting = &section->settings[i];

        if (setting->word == LOOMC_WORD_INSTANCE) {
            instance = &setting->arguments[0];
            give(&subject, instance, NULL);
        } else if (instance == NULL) {
            apply(&subject, setting);
        } else if (setting->word == LOOMC_WORD_VALUE) {
            give(&subject, instance, setting);
        } else {
            loomc_error(planner->diagnostics, planner->profile->source, setting->offset,
                        "an instance has `value` lines alone; this belongs before the first "
                        "`instance` of its object");
        }
    }
    for (size_t i = 0; i < subject.count; i++) {
        const struct loomc_plan_object *planned = &subject.objects[i];

        if (planned->initial_token != NULL && planned->initial > planned->room) {
            report(&subject, planned->initial_token,
                   "more initial instances than there is room for");
            return;
        }
    }
}

void loomc_plan_settings(const struct loomc_planner *planner)
{
    const struct loomc_profile *profile = planner->profile;
    size_t count = profile != NULL ? profile->count : 0;
    struct defaults defaults = {64, 256, 64, 4, 4, false, 0, false, LOOMC_HANDLED};

    for (size_t i = 0; i < count; i++) {
        if (profile->sections[i].head.word == LOOMC_WORD_DEFAULT) {
            read_default(planner, &profile->sections[i].settings[0], &defaults);
        }
    }
    for (size_t i = 0; i < planner->plan->count; i++) {
        default_object(planner, &defaults, &planner->plan->objects[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (profile->sections[i].head.word == LOOMC_WORD_OBJECT) {
            apply_section(planner, &profile->sections[i]);
        }
    }
    for (size_t i = 0; i < planner->plan->count; i++) {
        struct loomc_plan_object *planned = &planner->plan->objects[i];

        judge_repairs(planner, planned);
        /* What is stored is staged, too, when it is read: a bad record must change nothing. */
        planned->staged = planned->staged || planned->account || planned->persistent;
        planned->staged = planned->staged || planned->view;
    }
}
