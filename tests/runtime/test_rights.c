/* SPDX-License-Identifier: Apache-2.0 */
/* Access Control over the network: what each operation needs, and what comes of a Create and a
 * Delete. Which rights a server has is another test's (test_access.c). */
#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

enum {
    SERVER = 1, /* ssid of `server` */
    OTHER = 7,
    NOBODY = 65535,
    READ = 1,
    WRITE = 2,
    EXECUTE = 4,
    DELETE = 8,
    CREATE = 16,
    ALL = 31
};

static struct world *world;

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 0, SERVER, 86400);
    world_add_server_account(world, &world->other, 2, OTHER, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(rights, .init = set_up, .fini = tear_down);

/* Makes the entry of an instance, or with NOBODY of an object. @return its own instance */
static uint16_t add_entry(uint16_t object, uint16_t instance, uint16_t owner)
{
    struct loom_model *model = &world->model;
    uint16_t entry = LOOM_ID_NONE;
    cr_assert_eq(loom_model_create(model, 2, &entry), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 0), object), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 1), instance), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 3), owner), LOOM_OK);
    return entry;
}

static void allow(uint16_t entry, uint16_t ssid, int rights)
{
    struct loom_path path = loom_path_resource_instance(2, entry, 2, ssid);
    cr_assert_eq(loom_set_integer(&world->model, path, rights), LOOM_OK);
}

static uint8_t get(const char *path, uint16_t accept)
{
    return peer_get(world, &world->server, path, accept);
}

static uint8_t send_tlv(struct peer *peer, enum loom_method method, const char *path,
                        const char *bytes, size_t length)
{
    return peer_request(world, peer, method, path, LOOM_FORMAT_TLV, bytes, length);
}

static uint8_t create(struct peer *peer)
{
    return send_tlv(peer, LOOM_POST, "/3303", "", 0);
}

/* ---- what operations need -------------------------------------------------------------------- */

struct operation {
    enum loom_method method;
    const char *path;
    int needs;
    uint8_t code; /* with the right */
    uint16_t accept;
    uint16_t format;
    const char *payload;
    size_t length;
};

#define GET(path_, needs_, code_)                                                                  \
    {                                                                                              \
        .method = LOOM_GET, .path = path_, .needs = needs_, .code = code_,                         \
        .accept = LOOM_FORMAT_ABSENT, .format = LOOM_FORMAT_ABSENT                                 \
    }
#define LIST(path_)                                                                                \
    {                                                                                              \
        .method = LOOM_GET, .path = path_, .code = LOOM_CONTENT, .accept = LOOM_FORMAT_LINK,       \
        .format = LOOM_FORMAT_ABSENT                                                               \
    }
#define SEND(method_, path_, needs_, code_, format_, payload_)                                     \
    {                                                                                              \
        .method = method_, .path = path_, .needs = needs_, .code = code_,                          \
        .accept = LOOM_FORMAT_ABSENT, .format = format_, .payload = payload_,                      \
        .length = sizeof(payload_) - 1                                                             \
    }
#define BARE(method_, path_, needs_, code_)                                                        \
    SEND(method_, path_, needs_, code_, LOOM_FORMAT_ABSENT, "")

static const struct operation operations[] = {
    GET("/3/0", READ, LOOM_CONTENT),
    GET("/3/0/0", READ, LOOM_CONTENT),
    GET("/3/0/11/0", READ, LOOM_CONTENT),
    LIST("/3"),
    LIST("/3/0"),
    LIST("/3/0/0"),
    SEND(LOOM_PUT, "/3/0/14", WRITE, LOOM_CHANGED, LOOM_FORMAT_TEXT, "+02:00"),
    SEND(LOOM_PUT, "/3/0", WRITE, LOOM_CHANGED, LOOM_FORMAT_TLV, "\xC6\x0E+03:00"),
    SEND(LOOM_POST, "/3/0", WRITE, LOOM_CHANGED, LOOM_FORMAT_TLV, "\xC6\x0E+04:00"),
    BARE(LOOM_POST, "/3/0/12", EXECUTE, LOOM_CHANGED),
    /* C-79: what the resource does not allow is looked at behind the right ... */
    GET("/3/0/4", READ, LOOM_METHOD_NOT_ALLOWED),
    GET("/3/0/0/0", READ, LOOM_METHOD_NOT_ALLOWED),
    SEND(LOOM_PUT, "/3/0/0", WRITE, LOOM_METHOD_NOT_ALLOWED, LOOM_FORMAT_TEXT, "x"),
    BARE(LOOM_POST, "/3/0/0", EXECUTE, LOOM_METHOD_NOT_ALLOWED),
    BARE(LOOM_POST, "/3/0/11/0", EXECUTE, LOOM_METHOD_NOT_ALLOWED),
    BARE(LOOM_DELETE, "/3/0", DELETE, LOOM_METHOD_NOT_ALLOWED),
    BARE(LOOM_DELETE, "/3/0/14", DELETE, LOOM_METHOD_NOT_ALLOWED),
    BARE(LOOM_DELETE, "/3/0/11/0", DELETE, LOOM_METHOD_NOT_ALLOWED),
    /* ... and so are whether it exists, and the payload. */
    GET("/3/0/99", READ, LOOM_NOT_FOUND),
    SEND(LOOM_PUT, "/3/0/99", WRITE, LOOM_NOT_FOUND, LOOM_FORMAT_TEXT, "x"),
    SEND(LOOM_PUT, "/3/0/13", WRITE, LOOM_BAD_REQUEST, LOOM_FORMAT_TEXT, "noon"),
    SEND(LOOM_PUT, "/3/0/14", WRITE, LOOM_UNSUPPORTED_FORMAT, 9999, "x"),
    SEND(LOOM_POST, "/3/0/12", EXECUTE, LOOM_BAD_REQUEST, LOOM_FORMAT_TEXT, "x"),
    /* C-78: of an object there is no right to miss. */
    SEND(LOOM_PUT, "/3", 0, LOOM_METHOD_NOT_ALLOWED, LOOM_FORMAT_TEXT, "x"),
    BARE(LOOM_DELETE, "/3", 0, LOOM_METHOD_NOT_ALLOWED),
};

static uint8_t ask(const struct operation *operation)
{
    struct loom_request request = {
        .method = operation->method,
        .accept = operation->accept,
        .content_format = operation->format,
        .payload = {(const uint8_t *)operation->payload, operation->length}};
    return peer_send(world, &world->server, &request, operation->path);
}

/* C-15, C-76, C-78, C-79: with every set of rights. */
Test(rights, each_operation_needs_its_own)
{
    uint16_t entry = add_entry(3, 0, OTHER);
    for (int rights = 0; rights < 32; rights++) {
        allow(entry, SERVER, rights);
        world->event_count = world->event_next = 0; /* there would be too many */
        for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
            const struct operation *operation = &operations[i];
            bool has = (rights & operation->needs) == operation->needs;
            cr_assert_eq(ask(operation), has ? operation->code : LOOM_UNAUTHORIZED,
                         "%zu: %s with rights %d", i, operation->path, rights);
        }
    }
}

static uint8_t write_attribute(const char *path)
{
    struct loom_request request = {.method = LOOM_PUT,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .query = {{"pmin=7", 6}},
                                   .query_count = 1};
    return peer_send(world, &world->server, &request, path);
}

/* C-76, C-78: attributes need the right to read, those of an object none. */
Test(rights, attributes_need_the_right_to_read)
{
    uint16_t entry = add_entry(3, 0, OTHER);
    for (int rights = 0; rights < 32; rights++) {
        uint8_t code = (rights & READ) != 0 ? LOOM_CHANGED : LOOM_UNAUTHORIZED;
        allow(entry, SERVER, rights);
        cr_assert_eq(write_attribute("/3/0"), code, "%d", rights);
        cr_assert_eq(write_attribute("/3/0/0"), code, "%d", rights);
        cr_assert_eq(write_attribute("/3"), LOOM_CHANGED, "%d", rights);
    }
}

/* C-79: what is refused for want of a right has changed nothing. */
Test(rights, without_a_right_nothing_changes)
{
    uint16_t entry = add_entry(3, 0, OTHER);
    unsigned executed = world->executed;
    allow(entry, SERVER, READ);
    cr_assert_eq(peer_put(world, &world->server, "/3/0/14", "+02:00"), LOOM_UNAUTHORIZED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(peer_post(world, &world->server, "/3/0/12", ""), LOOM_UNAUTHORIZED);
    cr_assert_eq(world->executed, executed);
    cr_assert_eq(peer_delete(world, &world->server, "/3303/0"), LOOM_UNAUTHORIZED);
    cr_assert(loom_model_has_instance(&world->model, 3303, 0));
    cr_assert_eq(create(&world->server), LOOM_UNAUTHORIZED);
    cr_assert_not(loom_model_has_instance(&world->model, 3303, 1));
}

/* How many instances a Read of an object brings, and which is the first. */
static void expect_instances(const char *path, unsigned count, uint16_t first)
{
    struct loom_tlv entry;
    cr_assert_eq(get(path, LOOM_FORMAT_TLV), LOOM_CONTENT);
    struct loom_bytes rest = {world->server.payload, world->server.length};
    for (unsigned i = 0; i < count; i++) {
        cr_assert_eq(loom_tlv_next(&rest, &entry), LOOM_OK);
        cr_assert_eq(entry.kind, LOOM_TLV_INSTANCE);
        cr_assert(i > 0 || entry.id == first);
    }
    cr_assert_eq(loom_tlv_next(&rest, &entry), LOOM_END);
}

/* C-10, C-78: a Read of an object gathers the instances that may be read; none is no failure. */
Test(rights, read_of_an_object_gathers_what_may_be_read)
{
    uint16_t instance = 5;
    cr_assert_eq(loom_model_create(&world->model, 3303, &instance), LOOM_OK);
    loom_set_text(&world->model, loom_path_resource(3303, 0, 5750), "a");
    loom_set_text(&world->model, loom_path_resource(3303, 5, 5750), "b");
    uint16_t first = add_entry(3303, 0, OTHER);
    uint16_t second = add_entry(3303, 5, OTHER);
    allow(first, SERVER, ALL & ~READ);
    allow(second, SERVER, READ);
    expect_instances("/3303", 1, 5);
    allow(first, SERVER, READ);
    expect_instances("/3303", 2, 0);
    allow(first, SERVER, 0);
    allow(second, SERVER, 0);
    expect_instances("/3303", 0, 0);
    cr_assert_eq(get("/3303/5", LOOM_FORMAT_TLV), LOOM_UNAUTHORIZED);
}

/* C-71: with one account, and with several but no entry, everything is done as if there were no
 * Access Control. */
Test(rights, without_entries_nothing_is_refused)
{
    cr_assert_eq(get("/3/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(peer_put(world, &world->other, "/3/0/14", "+02:00"), LOOM_CHANGED);
    cr_assert_eq(create(&world->server), LOOM_CREATED);
    cr_assert_not(loom_model_has_instance(&world->model, 2, 0), "no entry is made");
    cr_assert_eq(peer_delete(world, &world->other, "/3303/1"), LOOM_DELETED);
}

/* A server gets its own Server instance, as far as an entry of it lets it. */
Test(rights, a_server_reads_its_own_account)
{
    uint16_t entry = add_entry(1, 0, NOBODY);
    allow(entry, SERVER, WRITE | EXECUTE);
    expect_instances("/1", 0, 0);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/8", ""), LOOM_CHANGED);
    cr_assert_eq(get("/1/0/1", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_get(world, &world->other, "/1", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->other.payload[1], 2);
    cr_assert_eq(world->other.length, 18, "its own and no other");
}

/* ---- owners ---------------------------------------------------------------------------------- */

/* C-72, C-73, C-75: who creates an instance owns it, and says what others may do with it. */
Test(rights, who_creates_owns_and_shares)
{
    uint16_t object = add_entry(3303, NOBODY, NOBODY);
    cr_assert_eq(create(&world->server), LOOM_UNAUTHORIZED);
    allow(object, SERVER, CREATE);
    cr_assert_eq(create(&world->server), LOOM_CREATED);
    cr_assert_str_eq(world->server.location, "/3303/1");
    cr_assert_eq(create(&world->other), LOOM_UNAUTHORIZED);
    cr_assert_eq(get("/2/1/3", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "1");
    cr_assert_eq(get("/3303/1", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(peer_get(world, &world->other, "/3303/1", LOOM_FORMAT_TLV), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_put(world, &world->other, "/2/1/2/7", "1"), LOOM_UNAUTHORIZED);
    /* C-74: the owner's write makes the entry of another server, and changes it. */
    cr_assert_eq(send_tlv(&world->server, LOOM_POST, "/2/1", "\x83\x02\x41\x07\x01", 5),
                 LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->other, "/3303/1", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(peer_put(world, &world->other, "/3303/1/5750", "x"), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_put(world, &world->server, "/2/1/2/7", "10"), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->other, "/3303/1/5750", "x"), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->other, "/3303/1", LOOM_FORMAT_TLV), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_delete(world, &world->server, "/2/1/2/7"), LOOM_DELETED);
    cr_assert_eq(peer_put(world, &world->other, "/3303/1/5750", "y"), LOOM_UNAUTHORIZED);
    /* The owner may pass it on, and is then as good as any other. */
    cr_assert_eq(peer_put(world, &world->server, "/2/1/3", "7"), LOOM_CHANGED);
    cr_assert_eq(get("/3303/1", LOOM_FORMAT_TLV), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_put(world, &world->server, "/2/1/3", "1"), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_get(world, &world->other, "/3303/1", LOOM_FORMAT_TLV), LOOM_CONTENT);
}

/* C-74: entries come and go with instances, never by themselves. */
Test(rights, entries_are_not_created_or_deleted_by_servers)
{
    uint16_t entry = add_entry(3303, 0, SERVER);
    allow(add_entry(2, NOBODY, NOBODY), SERVER, CREATE);
    cr_assert_eq(peer_delete(world, &world->server, "/2/0"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_delete(world, &world->other, "/2/0"), LOOM_UNAUTHORIZED);
    cr_assert_eq(send_tlv(&world->server, LOOM_POST, "/2", "", 0), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(send_tlv(&world->other, LOOM_POST, "/2", "", 0), LOOM_UNAUTHORIZED);
    cr_assert(loom_model_has_instance(&world->model, 2, entry));
}

/* C-74: whoever deletes the instance. */
Test(rights, an_entry_goes_with_its_instance)
{
    uint16_t object = add_entry(3303, NOBODY, NOBODY);
    allow(object, SERVER, CREATE);
    cr_assert_eq(create(&world->server), LOOM_CREATED);
    cr_assert(loom_model_has_instance(&world->model, 2, 1));
    cr_assert_eq(peer_delete(world, &world->other, "/3303/1"), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_delete(world, &world->server, "/3303/1"), LOOM_DELETED);
    cr_assert_not(loom_model_has_instance(&world->model, 2, 1));
    cr_assert_eq(create(&world->server), LOOM_CREATED);
    allow(1, OTHER, DELETE);
    cr_assert_eq(peer_delete(world, &world->other, "/3303/1"), LOOM_DELETED);
    cr_assert_not(loom_model_has_instance(&world->model, 2, 1));
    cr_assert(loom_model_has_instance(&world->model, 2, object));
}

/* C-73, C-25: without room for the entry nothing is created. */
Test(rights, without_room_for_the_entry_nothing_is_created)
{
    allow(add_entry(3303, NOBODY, NOBODY), SERVER, CREATE);
    unsigned room = loom_model_object(&world->model, 2)->room;
    for (unsigned i = 1; i < room; i++) {
        add_entry(3303, (uint16_t)(100 + i), OTHER);
    }
    cr_assert_eq(create(&world->server), LOOM_INTERNAL_ERROR);
    cr_assert_eq(world_expect(world, LOOM_EVENT_CREATE, 0)->reason, LOOM_REASON_NO_MEMORY);
    cr_assert_not(loom_model_has_instance(&world->model, 3303, 1));
}

/* C-25: a Create that is refused leaves no entry. */
Test(rights, a_refused_create_leaves_no_entry)
{
    allow(add_entry(3303, NOBODY, NOBODY), SERVER, CREATE);
    unsigned saves = world->saves;
    cr_assert_eq(send_tlv(&world->server, LOOM_POST, "/3303", "\xC1", 1), LOOM_BAD_REQUEST);
    cr_assert_not(loom_model_has_instance(&world->model, 2, 1));
    world_run(world, 1);
    cr_assert_eq(world->saves, saves + 1, "what the test itself has written");
}

static enum loom_status refuse(const struct loom_at *at, const struct loom_value *value)
{
    (void)at;
    (void)value;
    return LOOM_UNAVAILABLE;
}

/* C-25, C-73: the product's function of a resource refuses the value that a Create brings. */
Test(rights, a_create_that_the_product_refuses_leaves_nothing)
{
    static const struct loom_handler handler = {.write = refuse};
    world_handle(world, 3303, 5750, &handler);
    allow(add_entry(3303, NOBODY, NOBODY), SERVER, CREATE);
    cr_assert_eq(send_tlv(&world->server, LOOM_POST, "/3303",
                          "\xE4\x16\x76"
                          "cell",
                          7),
                 LOOM_UNAVAILABLE);
    cr_assert_not(loom_model_has_instance(&world->model, 3303, 1));
    cr_assert_not(loom_model_has_instance(&world->model, 2, 1));
    world->model.product = world->product;
}

/* C-73: what says whose an instance is outlives a restart, as all accounts do. */
Test(rights, owners_are_stored)
{
    allow(add_entry(3303, NOBODY, NOBODY), SERVER, CREATE);
    world_run(world, 1);
    unsigned saves = world->saves;
    cr_assert_eq(create(&world->server), LOOM_CREATED);
    cr_assert_eq(world->saves, saves + 1);
}
