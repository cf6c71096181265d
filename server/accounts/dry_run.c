/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/dry_run.h"

#include "bootstrap/transaction.h"
#include "common/memory.h"
#include "common/text.h"
#include "model/node.h"

#include <stdlib.h>
#include <string.h>

#define ALL_TRANSPORTS "UTSNMH"
/* Of the account that the client has: no name that a server could have. */
#define BOOTSTRAP_URI       "coaps://bootstrap.invalid"
#define BOOTSTRAP_URI_PLAIN "coap://bootstrap.invalid"
#define INSTANCE_SIZE_MAX   UINT16_MAX

/* Rows of an object, and what the model has of it. */
struct dry_object {
    struct loom_object object;
    struct loom_resource *rows;
    uint16_t room;
};

struct dry_run {
    const struct loom_fleet_account *account;
    const struct loom_catalog *catalog;
    const struct loom_dry_run_client *client;
    struct loom_dry_run_fault *fault;
    struct dry_object *objects; /* ascending by id */
    struct loom_product_object *entries;
    size_t count;
    struct loom_product product;
    struct loom_model model;
    unsigned char *data;
    uint16_t *placed; /* for each write: its instance */
    uint16_t bootstrap_instance;
};

static bool is_needed(uint16_t object)
{
    return object == LOOM_ID_SECURITY || object == LOOM_ID_SERVER || object == LOOM_ID_DEVICE;
}

/* ---- which objects --------------------------------------------------------------------------- */

static struct dry_object *find_object(const struct dry_run *run, uint16_t id)
{
    for (size_t i = 0; i < run->count; i++) {
        if (run->objects[i].object.id == id) {
            return &run->objects[i];
        }
    }
    return NULL;
}

static bool client_has(const struct loom_dry_run_client *client, uint16_t id)
{
    bool has = client->objects == NULL || is_needed(id);
    for (size_t i = 0; !has && i < client->object_count; i++) {
        has = client->objects[i] == id;
    }
    return has;
}

/* Objects are added in any order, and kept in order. */
static void add_object(struct dry_run *run, uint16_t id)
{
    const struct loom_object *known = loom_catalog_object(run->catalog, id);
    size_t at = run->count;
    if (known == NULL || !client_has(run->client, id) || find_object(run, id) != NULL) {
        return;
    }
    for (; at > 0 && run->objects[at - 1].object.id > id; at--) {
        run->objects[at] = run->objects[at - 1];
    }
    memset(&run->objects[at], 0, sizeof run->objects[at]);
    run->objects[at].object = *known;
    run->objects[at].room = 1;
    run->count++;
}

/* Which object a setting of Access Control is about. */
static bool is_target(const struct loom_fleet_write *write,
                      const struct loom_fleet_setting *setting, uint16_t *object)
{
    bool target = write->path.id[LOOM_OBJECT_ID] == LOOM_ID_ACCESS_CONTROL &&
                  setting->resource == LOOM_ID_ACCESS_CONTROL_OBJECT_ID &&
                  setting->value.type == LOOM_INTEGER && setting->value.as.integer >= 0 &&
                  setting->value.as.integer < LOOM_ID_NONE;
    if (target) {
        *object = (uint16_t)setting->value.as.integer;
    }
    return target;
}

static bool choose_objects(struct dry_run *run)
{
    const struct loom_fleet_account *account = run->account;
    size_t room = 8 + account->write_count;
    for (size_t i = 0; i < account->write_count; i++) {
        room += account->writes[i].setting_count;
    }
    run->objects = calloc(room, sizeof run->objects[0]);
    run->entries = calloc(room, sizeof run->entries[0]);
    run->placed = calloc(account->write_count + 1, sizeof run->placed[0]);
    if (run->objects == NULL || run->entries == NULL || run->placed == NULL) {
        return false;
    }
    add_object(run, LOOM_ID_SECURITY);
    add_object(run, LOOM_ID_SERVER);
    add_object(run, LOOM_ID_ACCESS_CONTROL);
    add_object(run, LOOM_ID_DEVICE);
    for (size_t i = 0; i < account->write_count; i++) {
        const struct loom_fleet_write *write = &account->writes[i];
        uint16_t object;
        add_object(run, write->path.id[LOOM_OBJECT_ID]);
        for (size_t k = 0; k < write->setting_count; k++) {
            if (is_target(write, &write->settings[k], &object)) {
                add_object(run, object);
            }
        }
    }
    return true;
}

/* ---- how large ------------------------------------------------------------------------------- */

static size_t size_of(const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        return value->as.text.length + 1;
    case LOOM_OPAQUE:
        return value->as.opaque.length;
    default:
        return 0;
    }
}

static uint16_t least_size(enum loom_type type)
{
    switch (type) {
    case LOOM_NONE:
        return 0;
    case LOOM_BOOLEAN:
        return sizeof(bool);
    case LOOM_OBJLNK:
        return sizeof(struct loom_objlnk);
    case LOOM_STRING:
    case LOOM_CORELNK:
    case LOOM_OPAQUE:
        return 256; /* of the Bootstrap-Server Account, which no setting is of */
    default:
        return 8;
    }
}

/* Each resource has room for the longest value that the account has for it, and for as many. */
static bool grow_rows(const struct dry_run *run, struct dry_object *object)
{
    for (size_t i = 0; i < run->account->write_count; i++) {
        const struct loom_fleet_write *write = &run->account->writes[i];
        unsigned instances = 0;
        if (write->path.id[LOOM_OBJECT_ID] != object->object.id) {
            continue;
        }
        object->room++;
        for (size_t k = 0; k < write->setting_count; k++) {
            const struct loom_fleet_setting *setting = &write->settings[k];
            struct loom_resource *row = (struct loom_resource *)(uintptr_t)loom_object_resource(
                &object->object, setting->resource);
            size_t size = size_of(&setting->value);
            instances =
                k > 0 && write->settings[k - 1].resource == setting->resource ? instances + 1 : 1;
            if (row == NULL || size > INSTANCE_SIZE_MAX || instances > UINT8_MAX) {
                return false;
            }
            row->size = size > row->size ? (uint16_t)size : row->size;
            row->count = instances > row->count ? (uint8_t)instances : row->count;
        }
    }
    return true;
}

static size_t rounded(size_t size)
{
    return (size + 7) / 8 * 8;
}

/* @return false: an instance would be larger than tables can say */
static bool lay_out(const struct dry_run *run, struct dry_object *object)
{
    size_t size =
        rounded(LOOM_PRESENT_OFFSET + LOOM_PRESENT_SIZE((size_t)object->object.resource_count));
    if (!grow_rows(run, object)) {
        return false;
    }
    for (size_t i = 0; i < object->object.resource_count; i++) {
        struct loom_resource *row = &object->rows[i];
        size_t stride = loom_entry_stride(row, loom_entry_value(row));
        row->offset = (uint16_t)size;
        size += rounded((row->access & LOOM_MULTIPLE) != 0 ? stride * row->count
                                                           : row->size + sizeof(uint16_t));
        if (size > INSTANCE_SIZE_MAX) {
            return false;
        }
    }
    object->object.instance_size = (uint16_t)size;
    return true;
}

static enum loom_status make_rows(struct dry_run *run, struct dry_object *object)
{
    size_t count = object->object.resource_count;
    object->rows = calloc(count + 1, sizeof object->rows[0]);
    if (object->rows == NULL) {
        return LOOM_UNAVAILABLE;
    }
    memcpy(object->rows, object->object.resources, count * sizeof object->rows[0]);
    object->object.resources = object->rows;
    object->object.presets = NULL;
    object->object.flags &= (uint8_t)~LOOM_OBJECT_ACCOUNT_VIEW;
    for (size_t i = 0; i < count; i++) {
        object->rows[i].size = least_size((enum loom_type)object->rows[i].type);
        object->rows[i].count = 1;
        object->rows[i].access &= (uint8_t)~LOOM_HANDLED;
    }
    if (!lay_out(run, object)) {
        run->fault->sentence = "an instance has more than 255 values of a resource, or more than "
                               "65535 bytes of values";
        run->fault->has_path = true;
        run->fault->path = (struct loom_path){{object->object.id, 0, 0, 0}, 1};
        return LOOM_NOT_ACCEPTABLE;
    }
    return LOOM_OK;
}

static enum loom_status make_model(struct dry_run *run)
{
    size_t size = 0;
    for (size_t i = 0; i < run->count; i++) {
        struct dry_object *object = &run->objects[i];
        enum loom_status status = make_rows(run, object);
        if (status != LOOM_OK) {
            return status;
        }
        run->entries[i].object = &object->object;
        run->entries[i].offset = (uint32_t)size;
        run->entries[i].room = object->room;
        size += (size_t)object->room * object->object.instance_size;
    }
    run->data = calloc(1, size + 1);
    if (run->data == NULL || size > UINT32_MAX) {
        return LOOM_UNAVAILABLE;
    }
    run->product.objects = run->entries;
    run->product.object_count = (uint16_t)run->count;
    run->product.data_size = (uint32_t)size;
    loom_model_init(&run->model, &run->product, run->data, NULL, NULL);
    return LOOM_OK;
}

/* ---- what the account brings ----------------------------------------------------------------- */

static enum loom_status refuse(struct dry_run *run, const struct loom_path *path,
                               const char *sentence)
{
    run->fault->sentence = sentence;
    run->fault->has_path = true;
    run->fault->path = *path;
    return LOOM_NOT_ACCEPTABLE;
}

/* Creates an instance that has nothing: what is mandatory is there when it is written. */
static enum loom_status create_bare(struct dry_run *run, uint16_t object, uint16_t instance)
{
    uint16_t id = instance;
    const struct loom_product_object *entry = loom_model_object(&run->model, object);
    struct loom_path path = loom_path_instance(object, instance);
    if (entry == NULL) {
        return refuse(run, &path, "the client lacks this object");
    }
    if (loom_model_has_instance(&run->model, object, instance)) {
        (void)loom_model_delete(&run->model, object, instance); /* it is replaced as a whole */
    }
    if (loom_model_create(&run->model, object, &id) != LOOM_OK) {
        return refuse(run, &path, "the object has one instance, 0");
    }
    unsigned char *at = loom_node_instance(&run->model, entry, instance);
    for (size_t i = 0; i < entry->object->resource_count; i++) {
        bool executable = (entry->object->resources[i].access & LOOM_E) != 0;
        loom_row_set_present(entry->object, at, &entry->object->resources[i], executable);
    }
    return LOOM_OK;
}

static enum loom_status create_whole(struct dry_run *run, uint16_t object, uint16_t instance)
{
    uint16_t id = instance;
    struct loom_path path = loom_path_instance(object, instance);
    return loom_model_create(&run->model, object, &id) == LOOM_OK
               ? LOOM_OK
               : refuse(run, &path, "the client lacks this instance");
}

static enum loom_status set(struct dry_run *run, uint16_t object, uint16_t instance,
                            uint16_t resource, const struct loom_value *value)
{
    struct loom_path path = loom_path_resource(object, instance, resource);
    if (loom_model_object(&run->model, object) == NULL ||
        loom_object_resource(loom_model_object(&run->model, object)->object, resource) == NULL) {
        return LOOM_OK; /* an older Security has not all of them */
    }
    return loom_model_write(&run->model, &path, value) == LOOM_OK
               ? LOOM_OK
               : refuse(run, &path, "the client does not take this value");
}

static enum loom_status set_text(struct dry_run *run, uint16_t object, uint16_t instance,
                                 uint16_t resource, const char *text)
{
    struct loom_value value = {LOOM_STRING, {.text = {text, strlen(text)}}};
    return set(run, object, instance, resource, &value);
}

/* The Bootstrap-Server Account of the client, as far as it matters. */
static enum loom_status begin_account(struct dry_run *run)
{
    static const uint8_t some[] = {1};
    bool psk = run->account->mode != LOOM_SECURITY_NOSEC;
    uint16_t at = run->bootstrap_instance;
    struct loom_value yes = {LOOM_BOOLEAN, {.boolean = true}};
    struct loom_value mode = {LOOM_INTEGER,
                              {.integer = psk ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC}};
    struct loom_value key = {LOOM_OPAQUE, {.opaque = {some, sizeof some}}};
    enum loom_status status = create_bare(run, LOOM_ID_SECURITY, at);
    if (status == LOOM_OK) {
        status = set_text(run, LOOM_ID_SECURITY, at, LOOM_ID_SECURITY_LWM2M_SERVER_URI,
                          psk ? BOOTSTRAP_URI : BOOTSTRAP_URI_PLAIN);
    }
    if (status == LOOM_OK) {
        status = set(run, LOOM_ID_SECURITY, at, LOOM_ID_SECURITY_BOOTSTRAP_SERVER, &yes);
    }
    if (status == LOOM_OK) {
        status = set(run, LOOM_ID_SECURITY, at, LOOM_ID_SECURITY_SECURITY_MODE, &mode);
    }
    if (status == LOOM_OK) {
        status = set(run, LOOM_ID_SECURITY, at, LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY, &key);
    }
    if (status == LOOM_OK) {
        status = set(run, LOOM_ID_SECURITY, at, LOOM_ID_SECURITY_SECRET_KEY, &key);
    }
    return status;
}

static enum loom_status begin_device(struct dry_run *run)
{
    uint16_t instance = 0;
    if (loom_model_object(&run->model, LOOM_ID_DEVICE) == NULL) {
        return LOOM_OK;
    }
    /* Its mandatory resources are there as the device has them. */
    (void)loom_model_create(&run->model, LOOM_ID_DEVICE, &instance);
    return set_text(run, LOOM_ID_DEVICE, 0, LOOM_ID_DEVICE_SUPPORTED_BINDING_AND_MODES, "U");
}

static bool is_fixed(const struct dry_run *run, uint16_t object, uint16_t instance)
{
    for (size_t i = 0; i < run->account->write_count; i++) {
        const struct loom_fleet_write *write = &run->account->writes[i];
        if (write->target == LOOM_FLEET_FIXED && write->path.id[LOOM_OBJECT_ID] == object &&
            write->path.id[LOOM_INSTANCE_ID] == instance) {
            return true;
        }
    }
    return false;
}

/* An instance that nothing is in, and that the account names nowhere. */
static uint16_t free_instance(const struct dry_run *run, uint16_t object)
{
    uint16_t instance = 0;
    while (loom_model_has_instance(&run->model, object, instance) ||
           is_fixed(run, object, instance)) {
        instance++;
    }
    return instance;
}

static uint16_t instance_of(const struct dry_run *run, const struct loom_fleet_write *write)
{
    switch (write->target) {
    case LOOM_FLEET_SERVER_ACCOUNT:
        return free_instance(run, write->path.id[LOOM_OBJECT_ID]);
    case LOOM_FLEET_BOOTSTRAP_ACCOUNT:
        return run->bootstrap_instance;
    default:
        return write->path.id[LOOM_INSTANCE_ID];
    }
}

static enum loom_status write_setting(struct dry_run *run, uint16_t object, uint16_t instance,
                                      const struct loom_fleet_setting *setting)
{
    struct loom_path path = loom_path_resource(object, instance, setting->resource);
    if (setting->resource_instance != LOOM_ID_NONE) {
        path.depth = 4;
        path.id[LOOM_RESOURCE_INSTANCE_ID] = setting->resource_instance;
    }
    return loom_model_write(&run->model, &path, &setting->value) == LOOM_OK
               ? LOOM_OK
               : refuse(run, &path, "the client does not take this value");
}

static enum loom_status write_one(struct dry_run *run, size_t index)
{
    const struct loom_fleet_write *write = &run->account->writes[index];
    uint16_t object = write->path.id[LOOM_OBJECT_ID];
    uint16_t instance = instance_of(run, write);
    enum loom_status status = LOOM_OK;
    run->placed[index] = instance;
    if (write->path.depth == 2) {
        status = create_bare(run, object, instance);
    } else if (!loom_model_has_instance(&run->model, object, instance)) {
        /* A single resource is written to what the device has: an instance that is whole, and of an
         * account nothing that could be known here. */
        if (object == LOOM_ID_SECURITY || object == LOOM_ID_SERVER) {
            return LOOM_OK;
        }
        status = create_whole(run, object, instance);
    }
    for (size_t i = 0; status == LOOM_OK && i < write->setting_count; i++) {
        status = write_setting(run, object, instance, &write->settings[i]);
    }
    return status;
}

/* ---- the client's check ---------------------------------------------------------------------- */

/* The client has its Bootstrap-Server Account, so it can use that. */
static bool supports(void *self, const struct loom_credentials *credentials)
{
    const struct loom_dry_run_client *client = self;
    const char *bootstrap =
        credentials->mode == LOOM_SECURITY_NOSEC ? BOOTSTRAP_URI_PLAIN : BOOTSTRAP_URI;
    return loom_text_is(credentials->uri, bootstrap) || client->modes == 0 ||
           (client->modes >> (unsigned)credentials->mode & 1u) != 0;
}

/* Whose account an instance is. */
static uint16_t server_of(const struct dry_run *run, const struct loom_path *path)
{
    for (size_t i = 0; i < run->account->write_count; i++) {
        const struct loom_fleet_write *write = &run->account->writes[i];
        if (write->target == LOOM_FLEET_SERVER_ACCOUNT && path->depth > 1 &&
            write->path.id[LOOM_OBJECT_ID] == path->id[LOOM_OBJECT_ID] &&
            run->placed[i] == path->id[LOOM_INSTANCE_ID]) {
            return write->short_server_id;
        }
    }
    return 0;
}

static enum loom_status ask_client(struct dry_run *run)
{
    static const struct loom_features features = {.access_control = &loom_feature_access_control,
                                                  .linked_accounts = &loom_feature_linked_accounts};
    struct loom_port port = {
        .self = (void *)(uintptr_t)run->client,
        .supports = supports,
        .transports = run->client->transports == NULL ? ALL_TRANSPORTS : run->client->transports};
    struct loom_context context = {.features = &features};
    struct loom_bootstrap bootstrap = {.context = &context, .account = run->bootstrap_instance};
    struct loom_fault fault = {.has_path = false};
    context.config.lwm2m = run->client->lwm2m == 0 ? (uint16_t)LOOM_LWM2M_1_2 : run->client->lwm2m;
    context.config.port = &port;
    context.config.model = &run->model;
    bootstrap.staged = run->model;
    if (loom_bootstrap_check(&bootstrap, LOOM_ID_NONE, LOOM_BOOTSTRAP_FROM_SERVER, &fault)) {
        return LOOM_OK;
    }
    run->fault->sentence = loom_reason_text(fault.reason);
    run->fault->has_path = fault.has_path;
    run->fault->path = fault.path;
    return LOOM_NOT_ACCEPTABLE;
}

static enum loom_status go(struct dry_run *run)
{
    if (!choose_objects(run)) {
        return LOOM_UNAVAILABLE;
    }
    enum loom_status status = make_model(run);
    if (status != LOOM_OK) {
        return status;
    }
    run->bootstrap_instance = run->account->bootstrap_instance != LOOM_ID_NONE
                                  ? run->account->bootstrap_instance
                                  : free_instance(run, LOOM_ID_SECURITY);
    status = begin_account(run);
    status = status == LOOM_OK ? begin_device(run) : status;
    for (size_t i = 0; status == LOOM_OK && i < run->account->write_count; i++) {
        status = write_one(run, i);
    }
    return status == LOOM_OK ? ask_client(run) : status;
}

enum loom_status loom_dry_run(const struct loom_fleet_account *account,
                              const struct loom_catalog *catalog,
                              const struct loom_dry_run_client *client,
                              struct loom_dry_run_fault *fault)
{
    struct dry_run run = {.account = account, .catalog = catalog, .client = client, .fault = fault};
    memset(fault, 0, sizeof *fault);
    enum loom_status status = go(&run);
    if (status == LOOM_NOT_ACCEPTABLE && fault->has_path && run.placed != NULL) {
        fault->short_server_id = server_of(&run, &fault->path);
    }
    for (size_t i = 0; i < run.count; i++) {
        free(run.objects[i].rows);
    }
    /* Keys were in it. */
    if (run.data != NULL) {
        loom_memory_wipe(run.data, run.product.data_size);
    }
    free(run.data);
    free(run.objects);
    free(run.entries);
    free(run.placed);
    return status;
}
