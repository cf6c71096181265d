/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: every case of rules C-71 to C-75 against what the rules say, and the entries
 * that come and go with instances. */
#include <criterion/criterion.h>

#include "world.h"

#include "accounts/access.h"
#include "loom/ids.h"

enum {
    OWN = 101,   /* the server that asks */
    OTHER = 102, /* another one that the client has */
    TEMPERATURE = 3303,
    NOBODY = 65535
};

static struct world *world;
static struct loom_model *model;

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
    model = &world->model;
    world_add_server_account(world, &world->server, 0, OWN, 60);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(access, .init = set_up, .fini = tear_down);

static void add_server(void)
{
    world_add_server_account(world, &world->other, 1, OTHER, 60);
}

/* @return its instance of Access Control */
static uint16_t add_entry(uint16_t object, uint16_t instance, uint16_t owner)
{
    uint16_t entry = LOOM_ID_NONE;
    cr_assert_eq(loom_model_create(model, LOOM_ID_ACCESS_CONTROL, &entry), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 0), object), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 1), instance), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 3), owner), LOOM_OK);
    return entry;
}

static void allow(uint16_t entry, uint16_t ssid, int rights)
{
    cr_assert_eq(loom_set_integer(model, loom_path_resource_instance(2, entry, 2, ssid), rights),
                 LOOM_OK);
}

static uint8_t rights(uint16_t ssid, uint16_t object, uint16_t instance)
{
    struct loom_path path = loom_path_instance(object, instance);
    return loom_access_rights(model, ssid, &path);
}

static bool may_create(uint16_t ssid, uint16_t object)
{
    struct loom_path path = loom_path_object(object);
    return loom_access_allows(model, ssid, &path, LOOM_RIGHT_CREATE);
}

static bool has_entry(uint16_t entry)
{
    return loom_model_has_instance(model, LOOM_ID_ACCESS_CONTROL, entry);
}

static int64_t number(uint16_t entry, uint16_t resource)
{
    int64_t value = -1;
    cr_assert_eq(loom_get_integer(model, loom_path_resource(2, entry, resource), &value), LOOM_OK);
    return value;
}

/* ---- the rights ------------------------------------------------------------------------------ */

/* C-75, C-80: who owns the instance, what its list has of the server that asks, and what for all
 * others; the first column is the order of the rule. */
static const struct {
    int step;
    uint16_t owner;
    bool listed;    /* the server itself */
    bool defaulted; /* the entry 0 */
} cases[] = {
    {1, OWN, false, false},   {1, OWN, false, true},    {2, OWN, true, false},
    {2, OWN, true, true},     {2, OTHER, true, false},  {2, OTHER, true, true},
    {2, NOBODY, true, false}, {2, NOBODY, true, true},  {3, OTHER, false, true},
    {3, NOBODY, false, true}, {4, OTHER, false, false}, {4, NOBODY, false, false},
};

static uint8_t expected_rights(int step, int listed, int defaulted)
{
    switch (step) {
    case 1:
        return 31;
    case 2:
        return (uint8_t)listed;
    case 3:
        return (uint8_t)defaulted;
    default:
        return 0;
    }
}

/* C-75, C-80: every owner, every set of rights, every right asked for. */
Test(access, rights_to_an_instance)
{
    struct loom_path path = loom_path_instance(TEMPERATURE, 0);
    add_server();
    uint16_t entry = add_entry(TEMPERATURE, 0, OWN);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_path list = loom_path_resource(2, entry, 2);
        loom_model_clear(model, &list);
        cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 3), cases[i].owner),
                     LOOM_OK);
        allow(entry, OTHER, 21); /* means nothing to the one that asks */
        for (int set = 0; set < 32; set++) {
            int other_set = 31 - set;
            if (cases[i].listed) {
                allow(entry, OWN, set);
            }
            if (cases[i].defaulted) {
                allow(entry, 0, other_set);
            }
            uint8_t expected = expected_rights(cases[i].step, set, other_set);
            cr_assert_eq(loom_access_rights(model, OWN, &path), expected, "case %zu, rights %d", i,
                         set);
            for (int right = 1; right < 32; right *= 2) {
                cr_assert_eq(loom_access_allows(model, OWN, &path, (enum loom_right)right),
                             (expected & right) != 0, "case %zu, rights %d, right %d", i, set,
                             right);
            }
            cr_assert(loom_access_allows(model, OWN, &path, LOOM_RIGHT_NONE));
        }
    }
}

/* C-75: what is in an instance is as its instance is; other instances have entries of their own. */
Test(access, an_entry_is_for_one_instance_and_all_in_it)
{
    struct loom_path resource = loom_path_resource(TEMPERATURE, 3, 5700);
    struct loom_path one = loom_path_resource_instance(TEMPERATURE, 3, 5700, 0);
    add_server();
    allow(add_entry(TEMPERATURE, 1, OTHER), OWN, LOOM_RIGHT_WRITE);
    allow(add_entry(3, 3, OTHER), OWN, LOOM_RIGHT_DELETE);
    allow(add_entry(TEMPERATURE, 3, OTHER), OWN, LOOM_RIGHT_READ);
    cr_assert_eq(loom_access_rights(model, OWN, &resource), LOOM_RIGHT_READ);
    cr_assert_eq(loom_access_rights(model, OWN, &one), LOOM_RIGHT_READ);
    cr_assert_eq(rights(OWN, TEMPERATURE, 1), LOOM_RIGHT_WRITE);
    cr_assert_eq(rights(OWN, 3, 3), LOOM_RIGHT_DELETE);
    cr_assert_eq(rights(OWN, TEMPERATURE, 0), LOOM_RIGHT_NONE, "no entry, no right");
}

/* C-71: with one account everything is that server's, whatever entries there are. */
Test(access, one_server_has_all_rights)
{
    allow(add_entry(TEMPERATURE, 0, NOBODY), OWN, 0);
    allow(add_entry(TEMPERATURE, NOBODY, NOBODY), OWN, 0);
    cr_assert_eq(rights(OWN, TEMPERATURE, 0), LOOM_RIGHT_ALL);
    cr_assert_eq(rights(OWN, 3, 0), LOOM_RIGHT_ALL);
    cr_assert(may_create(OWN, TEMPERATURE));
    add_server();
    cr_assert_eq(rights(OWN, TEMPERATURE, 0), LOOM_RIGHT_NONE);
    cr_assert_eq(rights(OWN, 3, 0), LOOM_RIGHT_NONE);
    cr_assert_not(may_create(OWN, TEMPERATURE));
}

/* C-71: several servers without any entry have all rights. */
Test(access, without_entries_all_servers_have_all_rights)
{
    add_server();
    cr_assert_eq(rights(OWN, TEMPERATURE, 0), LOOM_RIGHT_ALL);
    cr_assert_eq(rights(OTHER, 3, 0), LOOM_RIGHT_ALL);
    cr_assert(may_create(OTHER, TEMPERATURE));
    add_entry(TEMPERATURE, NOBODY, NOBODY);
    cr_assert_eq(rights(OWN, 3, 0), LOOM_RIGHT_NONE);
}

/* C-72: a server creates where the entry of the object names it; what that says to others, or who
 * owns it, counts for nothing. Entries of instances are not asked. */
Test(access, only_who_is_named_creates)
{
    add_server();
    uint16_t entry = add_entry(TEMPERATURE, NOBODY, OWN);
    allow(add_entry(TEMPERATURE, 0, OWN), OWN, LOOM_RIGHT_ALL);
    cr_assert_not(may_create(OWN, TEMPERATURE), "nobody is named");
    allow(entry, 0, LOOM_RIGHT_CREATE);
    cr_assert_not(may_create(OWN, TEMPERATURE), "the others are, which counts for nothing");
    for (int set = 0; set < 32; set++) {
        allow(entry, OWN, set);
        cr_assert_eq(may_create(OWN, TEMPERATURE), (set & LOOM_RIGHT_CREATE) != 0, "%d", set);
    }
    cr_assert_not(may_create(OTHER, TEMPERATURE));
    cr_assert_not(may_create(OWN, 3), "of another object");
}

/* C-78: an object as such is anybody's: its instances are asked for one by one. */
Test(access, an_object_is_asked_for_create_alone)
{
    struct loom_path path = loom_path_object(TEMPERATURE);
    add_server();
    add_entry(TEMPERATURE, 0, OTHER);
    cr_assert_eq(loom_access_rights(model, OWN, &path), LOOM_RIGHT_ALL & ~LOOM_RIGHT_CREATE);
    allow(add_entry(TEMPERATURE, NOBODY, NOBODY), OWN, LOOM_RIGHT_CREATE);
    cr_assert_eq(loom_access_rights(model, OWN, &path), LOOM_RIGHT_ALL);
}

/* C-75: the Server instance of a server is its own; where it has an entry that is its limit. Nobody
 * reaches that of another, whatever an entry says. */
Test(access, a_server_instance_is_its_servers_own)
{
    cr_assert_eq(rights(OWN, LOOM_ID_SERVER, 0), LOOM_RIGHT_ALL);
    add_server();
    cr_assert_eq(rights(OWN, LOOM_ID_SERVER, 1), LOOM_RIGHT_NONE);
    add_entry(3, 0, OTHER);
    cr_assert_eq(rights(OWN, LOOM_ID_SERVER, 0), LOOM_RIGHT_ALL, "it has no entry");
    cr_assert_eq(rights(OTHER, LOOM_ID_SERVER, 0), LOOM_RIGHT_NONE);
    uint16_t entry = add_entry(LOOM_ID_SERVER, 0, NOBODY);
    allow(entry, OWN, LOOM_RIGHT_READ | LOOM_RIGHT_EXECUTE);
    allow(entry, OTHER, LOOM_RIGHT_ALL);
    cr_assert_eq(rights(OWN, LOOM_ID_SERVER, 0), LOOM_RIGHT_READ | LOOM_RIGHT_EXECUTE);
    cr_assert_eq(rights(OTHER, LOOM_ID_SERVER, 0), LOOM_RIGHT_NONE);
}

/* C-74: an entry is managed by its owner alone and may be read by all, with one server, too. */
Test(access, an_entry_is_its_owners)
{
    uint16_t foreign = add_entry(3, 0, OTHER);
    uint16_t own = add_entry(TEMPERATURE, 0, OWN);
    uint16_t nobodys = add_entry(TEMPERATURE, NOBODY, NOBODY);
    for (int servers = 1; servers <= 2; servers++) {
        cr_assert_eq(rights(OWN, LOOM_ID_ACCESS_CONTROL, own), LOOM_RIGHT_ALL);
        cr_assert_eq(rights(OWN, LOOM_ID_ACCESS_CONTROL, foreign), LOOM_RIGHT_READ);
        cr_assert_eq(rights(OWN, LOOM_ID_ACCESS_CONTROL, nobodys), LOOM_RIGHT_READ);
        if (servers == 1) {
            add_server();
        }
    }
    cr_assert_not(may_create(OWN, LOOM_ID_ACCESS_CONTROL));
}

/* C-75: of several entries for an instance, which no bootstrap should leave behind, one decides. */
Test(access, the_first_of_equal_entries_counts)
{
    add_server();
    allow(add_entry(TEMPERATURE, 0, OTHER), OWN, LOOM_RIGHT_READ);
    allow(add_entry(TEMPERATURE, 0, OWN), OWN, LOOM_RIGHT_ALL);
    cr_assert_eq(rights(OWN, TEMPERATURE, 0), LOOM_RIGHT_READ);
}

/* A product without the feature has one server, whose rights are not looked at. */
Test(access, without_the_feature_there_are_all_rights)
{
    struct loom_path path = loom_path_instance(TEMPERATURE, 0);
    struct loom_product product = *model->product;
    add_server();
    add_entry(TEMPERATURE, 0, OTHER);
    cr_assert_not(loom_access_allows(model, OWN, &path, LOOM_RIGHT_READ));
    product.features.access_control = NULL;
    model->product = &product;
    cr_assert(loom_access_allows(model, OWN, &path, LOOM_RIGHT_READ));
    struct loom_path account = loom_path_instance(LOOM_ID_SERVER, 1);
    cr_assert(loom_access_allows(model, OTHER, &account, LOOM_RIGHT_READ));
    cr_assert_not(loom_access_allows(model, OWN, &account, LOOM_RIGHT_READ), "but to its own");
    cr_assert_not(loom_access_allows(model, OWN, &account, LOOM_RIGHT_NONE));
    model->product = world->product;
}

/* ---- owners ---------------------------------------------------------------------------------- */

/* C-73, C-75: the server that creates an instance owns it, and has all rights without being in the
 * list. */
Test(access, who_creates_owns)
{
    struct loom_path created = loom_path_instance(TEMPERATURE, 7);
    add_server();
    add_entry(TEMPERATURE, NOBODY, NOBODY);
    cr_assert_eq(loom_access_own(model, OWN, &created), LOOM_OK);
    cr_assert(has_entry(1));
    cr_assert_eq(number(1, LOOM_ID_ACCESS_CONTROL_OBJECT_ID), TEMPERATURE);
    cr_assert_eq(number(1, LOOM_ID_ACCESS_CONTROL_OBJECT_INSTANCE_ID), 7);
    cr_assert_eq(number(1, LOOM_ID_ACCESS_CONTROL_ACCESS_CONTROL_OWNER), OWN);
    struct loom_path list = loom_path_resource(2, 1, LOOM_ID_ACCESS_CONTROL_ACL);
    cr_assert_eq(loom_model_exists(model, &list), LOOM_NOT_FOUND);
    cr_assert_eq(rights(OWN, TEMPERATURE, 7), LOOM_RIGHT_ALL);
    cr_assert_eq(rights(OTHER, TEMPERATURE, 7), LOOM_RIGHT_NONE);
}

/* C-71: while rights are not told apart no entry is made, which would be the end of that. */
Test(access, no_entry_is_made_where_all_have_all_rights)
{
    struct loom_path created = loom_path_instance(TEMPERATURE, 7);
    cr_assert_eq(loom_access_own(model, OWN, &created), LOOM_OK);
    add_server();
    cr_assert_eq(loom_access_own(model, OWN, &created), LOOM_OK);
    cr_assert_not(has_entry(0));
}

/* C-73: what is left of an instance that is gone says nothing about the next one of its id. */
Test(access, the_entry_of_an_instance_that_is_gone_is_taken_over)
{
    struct loom_path created = loom_path_instance(TEMPERATURE, 7);
    add_server();
    uint16_t entry = add_entry(TEMPERATURE, 7, OTHER);
    allow(entry, OWN, LOOM_RIGHT_READ);
    allow(entry, OTHER, LOOM_RIGHT_ALL);
    cr_assert_eq(loom_access_own(model, OWN, &created), LOOM_OK);
    cr_assert_eq(rights(OWN, TEMPERATURE, 7), LOOM_RIGHT_ALL);
    cr_assert_eq(rights(OTHER, TEMPERATURE, 7), LOOM_RIGHT_NONE);
    cr_assert_not(has_entry(1));
}

/* C-73: no room for the entry. */
Test(access, without_room_nobody_owns)
{
    struct loom_path created = loom_path_instance(TEMPERATURE, 7);
    unsigned room = loom_model_object(model, LOOM_ID_ACCESS_CONTROL)->room;
    add_server();
    for (unsigned i = 0; i < room; i++) {
        add_entry(TEMPERATURE, (uint16_t)(100 + i), OTHER);
    }
    cr_assert_eq(loom_access_own(model, OWN, &created), LOOM_TOO_LARGE);
    cr_assert_eq(rights(OWN, TEMPERATURE, 7), LOOM_RIGHT_NONE);
}

/* C-74: the entry goes with its instance, and no other does. */
Test(access, the_entry_goes_with_its_instance)
{
    struct loom_path deleted = loom_path_instance(TEMPERATURE, 7);
    add_server();
    add_entry(TEMPERATURE, 6, OWN);
    add_entry(TEMPERATURE, 7, OWN);
    add_entry(3, 7, OWN);
    loom_access_disown(model, &deleted);
    cr_assert(has_entry(0));
    cr_assert_not(has_entry(1));
    cr_assert(has_entry(2));
    loom_access_disown(model, &deleted);
    cr_assert(has_entry(0) && has_entry(2), "an instance without an entry");
}

/* C-71: the end of the last entry would give all rights to all servers. */
Test(access, the_last_entry_stays)
{
    struct loom_path deleted = loom_path_instance(TEMPERATURE, 7);
    add_server();
    add_entry(TEMPERATURE, 7, OWN);
    loom_access_disown(model, &deleted);
    cr_assert(has_entry(0));
    cr_assert_eq(rights(OTHER, 3, 0), LOOM_RIGHT_NONE);
}
