/* SPDX-License-Identifier: Apache-2.0 */
/* Records on a memory that loses power, tears, reorders, forgets and fails. */
#include "loom/record.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define SLOT_SIZE 96u
#define OPS       16u
#define ROOM      (SLOT_SIZE - LOOM_SLOT_HEAD_SIZE)
#define NO_LIMIT  UINT32_MAX

/* ---- a memory -------------------------------------------------------------------------------- */

struct image {
    uint8_t bytes[SLOT_SIZE];
    size_t length;
};

/* What was asked for since the last sync of its slot, and may or may not outlive a power cut. */
struct op {
    unsigned slot;
    bool erase;
    size_t offset;
    size_t length;
    uint8_t data[SLOT_SIZE];
};

struct memory {
    struct loom_medium medium;
    struct loom_store store;
    bool flash; /* reads 0xFF where nothing was written, instead of telling the end */
    struct image durable[LOOM_SLOT_COUNT];
    struct op ops[OPS];
    unsigned op_count;
    uint32_t budget; /* erases, syncs and bytes until the power is cut */
    bool off;
    unsigned calls;
    unsigned fail_at; /* number of the call that fails, from 1; 0: none */
    bool fail_on;     /* and all after it */
    unsigned rotten;  /* slot that can never be read, until it is erased; SLOT_COUNT: none */
    unsigned writes;
};

enum fate { KEPT, DROPPED, HALF, FATES };

static void apply(struct image *image, const struct op *op, enum fate fate)
{
    if (fate == DROPPED) {
        return;
    }
    if (op->erase) {
        memset(image->bytes, 0xFF, fate == HALF ? SLOT_SIZE / 2 : SLOT_SIZE);
        image->length = fate == HALF ? image->length : 0;
        return;
    }
    size_t length = fate == HALF ? op->length / 2 : op->length;
    memcpy(image->bytes + op->offset, op->data, length);
    if (op->offset + length > image->length) {
        image->length = op->offset + length;
    }
}

/* As long as there is power, the memory reads as if all had been done. */
static struct image visible(const struct memory *memory, unsigned slot)
{
    struct image image = memory->durable[slot];
    for (unsigned i = 0; i < memory->op_count; i++) {
        if (memory->ops[i].slot == slot) {
            apply(&image, &memory->ops[i], KEPT);
        }
    }
    return image;
}

static bool fails(struct memory *memory)
{
    memory->calls++;
    return memory->off ||
           (memory->fail_at > 0 && (memory->calls == memory->fail_at ||
                                    (memory->fail_on && memory->calls > memory->fail_at)));
}

static bool spend(struct memory *memory)
{
    if (memory->budget == 0) {
        memory->off = true;
        return false;
    }
    memory->budget -= memory->budget == NO_LIMIT ? 0 : 1;
    return true;
}

static enum loom_status memory_read(void *self, unsigned slot, size_t offset, void *data,
                                    size_t length, size_t *got)
{
    struct memory *memory = self;
    struct image image = visible(memory, slot);
    cr_assert_lt(slot, LOOM_SLOT_COUNT);
    cr_assert_leq(offset, SLOT_SIZE);
    cr_assert_leq(length, SLOT_SIZE - offset);
    if (fails(memory)) {
        return LOOM_UNAVAILABLE;
    }
    if (slot == memory->rotten) {
        return LOOM_BAD_REQUEST;
    }
    size_t end = memory->flash ? SLOT_SIZE : image.length;
    *got = offset >= end ? 0 : end - offset < length ? end - offset : length;
    memcpy(data, image.bytes + offset, *got);
    return LOOM_OK;
}

static struct op *add(struct memory *memory, unsigned slot)
{
    cr_assert_lt(memory->op_count, OPS);
    struct op *op = &memory->ops[memory->op_count++];
    memset(op, 0, sizeof *op);
    op->slot = slot;
    return op;
}

static enum loom_status memory_erase(void *self, unsigned slot)
{
    struct memory *memory = self;
    if (fails(memory) || !spend(memory)) {
        return LOOM_UNAVAILABLE;
    }
    add(memory, slot)->erase = true;
    memory->writes++;
    if (slot == memory->rotten) {
        memory->rotten = LOOM_SLOT_COUNT;
    }
    return LOOM_OK;
}

static enum loom_status memory_write(void *self, unsigned slot, size_t offset, const void *data,
                                     size_t length)
{
    struct memory *memory = self;
    cr_assert_eq(visible(memory, slot).length, offset, "it writes behind what it wrote");
    cr_assert_leq(length, SLOT_SIZE - offset);
    if (fails(memory)) {
        return LOOM_UNAVAILABLE;
    }
    struct op *op = add(memory, slot);
    op->offset = offset;
    while (op->length < length && spend(memory)) {
        op->data[op->length] = ((const uint8_t *)data)[op->length];
        op->length++;
    }
    return op->length == length ? LOOM_OK : LOOM_UNAVAILABLE;
}

static enum loom_status memory_sync(void *self, unsigned slot)
{
    struct memory *memory = self;
    unsigned kept = 0;
    if (fails(memory) || !spend(memory)) {
        return LOOM_UNAVAILABLE;
    }
    for (unsigned i = 0; i < memory->op_count; i++) {
        if (memory->ops[i].slot == slot) {
            apply(&memory->durable[slot], &memory->ops[i], KEPT);
        } else {
            memory->ops[kept++] = memory->ops[i];
        }
    }
    memory->op_count = kept;
    return LOOM_OK;
}

static void begin(struct memory *memory, bool flash)
{
    memset(memory, 0, sizeof *memory);
    for (unsigned i = 0; i < LOOM_SLOT_COUNT; i++) {
        memset(memory->durable[i].bytes, 0xFF, SLOT_SIZE);
    }
    memory->flash = flash;
    memory->budget = NO_LIMIT;
    memory->rotten = LOOM_SLOT_COUNT;
    memory->medium.slot_size = SLOT_SIZE;
    memory->medium.read = memory_read;
    memory->medium.erase = memory_erase;
    memory->medium.write = memory_write;
    memory->medium.sync = memory_sync;
}

/* A copy of a struct memory is a memory of its own after this. */
static void attach(struct memory *memory)
{
    memory->medium.self = memory;
    loom_record_store(&memory->store, &memory->medium);
}

/* The power is cut. `fates`, a number to the base of FATES, says what becomes of each operation
 * that was not synced. */
static void lose_power(struct memory *memory, unsigned fates)
{
    for (unsigned i = 0; i < memory->op_count; i++, fates /= FATES) {
        const struct op *op = &memory->ops[i];
        apply(&memory->durable[op->slot], op, (enum fate)(fates % FATES));
    }
    memory->op_count = 0;
    memory->off = false;
    memory->budget = NO_LIMIT;
}

static unsigned fates_of(const struct memory *memory)
{
    unsigned count = 1;
    for (unsigned i = 0; i < memory->op_count; i++) {
        count *= FATES;
    }
    return count;
}

/* ---- helpers --------------------------------------------------------------------------------- */

static enum loom_status save(struct memory *memory, const char *text)
{
    attach(memory);
    return memory->store.save(memory->store.self, LOOM_RECORD_ACCOUNTS, text, strlen(text));
}

static struct {
    char text[ROOM + 1];
    bool previous;
} loaded;

static enum loom_status load(struct memory *memory)
{
    size_t length = 0;
    attach(memory);
    memset(&loaded, 0, sizeof loaded);
    enum loom_status status = memory->store.load(memory->store.self, LOOM_RECORD_ACCOUNTS,
                                                 loaded.text, ROOM, &length, &loaded.previous);
    loaded.text[status == LOOM_OK ? length : 0] = '\0';
    return status;
}

static void expect_record(struct memory *memory, const char *text, bool previous)
{
    cr_expect_eq(load(memory), LOOM_OK);
    cr_expect_str_eq(loaded.text, text);
    cr_expect_eq(loaded.previous, previous, "%s", text);
}

static bool is_one_of(const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        if (strcmp(loaded.text, *texts) == 0) {
            return true;
        }
    }
    return false;
}

/* Three generations, so that what is overwritten is a record, too; of the same length, so that a
 * new head fits an old body. */
#define OLDEST "oldest: an account and a key"
#define OLD    "older:  an account and a key"
#define NEW    "newest: another and its keys"

static void begin_with_old(struct memory *memory, bool flash)
{
    begin(memory, flash);
    cr_assert_eq(save(memory, OLDEST), LOOM_OK);
    cr_assert_eq(save(memory, OLD), LOOM_OK);
    expect_record(memory, OLD, false);
}

/* ---- what is right --------------------------------------------------------------------------- */

/* House rule: the format on the medium stays readable. The checksum is that of another program. */
Test(record, has_this_form_on_the_medium)
{
    static const uint8_t form[] = {'L', 'O', 'O', 'M', 0,    1,    0,    0,    0,   0,   0,   1,
                                   0,   0,   0,   16,  0x11, 0x8B, 0xB5, 0x54, 'i', 'd', 'e', 'n',
                                   't', 'i', 't', 'y', ' ',  'a',  'n',  'd',  ' ', 'k', 'e', 'y'};
    struct memory memory;
    begin(&memory, false);
    cr_assert_eq(save(&memory, "identity and key"), LOOM_OK);
    cr_assert_eq(memory.durable[0].length, sizeof form);
    cr_expect_arr_eq(memory.durable[0].bytes, form, sizeof form);
}

Test(record, gives_back_what_was_saved_last)
{
    struct memory memory;
    for (int flash = 0; flash < 2; flash++) {
        begin(&memory, flash != 0);
        cr_expect_eq(load(&memory), LOOM_NOT_FOUND);
        for (unsigned i = 0; i < 20; i++) {
            char text[ROOM + 1];
            snprintf(text, sizeof text, "%.*s%u", (int)(i % 3) * 20, OLDEST OLD, i);
            cr_expect_eq(save(&memory, text), LOOM_OK);
            expect_record(&memory, text, false);
        }
        cr_expect_eq(save(&memory, ""), LOOM_OK);
        expect_record(&memory, "", false);
    }
}

Test(record, keeps_the_records_apart)
{
    struct memory memory;
    size_t length;
    bool previous;
    char text[8];
    begin_with_old(&memory, false);
    cr_expect_eq(memory.store.load(memory.store.self, LOOM_RECORD_STATE, text, sizeof text, &length,
                                   &previous),
                 LOOM_NOT_FOUND);
    cr_expect_eq(memory.store.save(memory.store.self, LOOM_RECORD_STATE, "state", 5), LOOM_OK);
    expect_record(&memory, OLD, false);
    cr_expect_eq(memory.store.load(memory.store.self, LOOM_RECORD_STATE, text, sizeof text, &length,
                                   &previous),
                 LOOM_OK);
    cr_expect_eq(length, 5u);
    cr_expect_arr_eq(text, "state", 5);
}

/* Flash wears out: what is there already is not written again. */
Test(record, does_not_write_what_is_there)
{
    struct memory memory;
    begin_with_old(&memory, true);
    unsigned writes = memory.writes;
    cr_expect_eq(save(&memory, OLD), LOOM_OK);
    cr_expect_eq(memory.writes, writes);
    cr_expect_eq(save(&memory, OLDEST), LOOM_OK);
    cr_expect_eq(memory.writes, writes + 1);
    expect_record(&memory, OLDEST, false);
}

Test(record, keeps_to_the_room)
{
    static uint8_t big[SLOT_SIZE];
    struct memory memory;
    size_t length;
    bool previous;
    begin_with_old(&memory, false);
    cr_expect_eq(memory.store.save(memory.store.self, LOOM_RECORD_ACCOUNTS, big, ROOM + 1u),
                 LOOM_TOO_LARGE);
    expect_record(&memory, OLD, false);
    cr_expect_eq(memory.store.load(memory.store.self, LOOM_RECORD_ACCOUNTS, big, sizeof OLD - 2,
                                   &length, &previous),
                 LOOM_TOO_LARGE);
    cr_expect_eq(memory.store.save(memory.store.self, LOOM_RECORD_ACCOUNTS, big, ROOM), LOOM_OK);
}

static uint32_t crc32_of(const uint8_t *data, size_t length, uint32_t crc)
{
    for (size_t i = 0; i < length * 8; i++) {
        uint32_t bit = (crc ^ (uint32_t)(data[i / 8] >> (i % 8))) & 1u;
        crc = (crc >> 1) ^ (bit != 0 ? 0xEDB88320u : 0u);
    }
    return crc;
}

static void set_number(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

/* Gives a slot another generation, or another version in its head, and the checksum for it. */
static void forge(struct image *image, uint32_t generation, uint8_t version)
{
    image->bytes[5] = version;
    set_number(image->bytes + 8, generation);
    uint32_t crc = crc32_of(image->bytes, 16, UINT32_MAX);
    crc = crc32_of(image->bytes + LOOM_SLOT_HEAD_SIZE, image->length - LOOM_SLOT_HEAD_SIZE, crc);
    set_number(image->bytes + 16, ~crc);
}

/* The generation wraps around after 2^32 saves. */
Test(record, outlives_the_end_of_its_generations)
{
    struct memory memory;
    begin_with_old(&memory, false);
    forge(&memory.durable[0], UINT32_MAX - 2, 1);
    forge(&memory.durable[1], UINT32_MAX - 1, 1);
    expect_record(&memory, OLD, false);
    for (char letter = 'a'; letter < 'g'; letter++) {
        const char text[2] = {letter, '\0'};
        cr_expect_eq(save(&memory, text), LOOM_OK);
        expect_record(&memory, text, false);
    }
}

/* What another version of the format means is not known. */
Test(record, does_not_guess_at_other_versions)
{
    struct memory memory;
    begin_with_old(&memory, false);
    forge(&memory.durable[1], 2, 2);
    expect_record(&memory, OLDEST, true);
}

/* A whole slot in the wrong place is no record. */
Test(record, is_not_taken_from_another_place)
{
    struct memory memory;
    size_t length;
    bool previous;
    char text[ROOM];
    begin_with_old(&memory, false);
    memory.durable[2] = memory.durable[0];
    memory.durable[3] = memory.durable[1];
    cr_expect_eq(memory.store.load(memory.store.self, LOOM_RECORD_STATE, text, sizeof text, &length,
                                   &previous),
                 LOOM_BAD_REQUEST);
    memory.durable[1] = memory.durable[0];
    expect_record(&memory, OLDEST, true);
}

/* ---- damage ---------------------------------------------------------------------------------- */

/* Every bit of both slots. */
Test(record, sees_every_flipped_bit)
{
    struct memory memory;
    begin_with_old(&memory, false);
    size_t length = memory.durable[1].length;
    for (unsigned slot = 0; slot < 2; slot++) {
        uint8_t *bytes = memory.durable[slot].bytes;
        for (size_t bit = 0; bit < length * 8; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            cr_expect_eq(load(&memory), LOOM_OK);
            cr_expect_str_eq(loaded.text, slot == 1 ? OLDEST : OLD, "bit %zu", bit);
            if (slot == 1 && bit / 8 != 11) { /* 11: the generation, which may look older now */
                cr_expect(loaded.previous, "bit %zu", bit);
            } else if (slot == 0 && bit / 8 >= LOOM_SLOT_HEAD_SIZE) {
                cr_expect_not(loaded.previous, "bit %zu: the older one is no loss", bit);
            }
            bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
    }
    expect_record(&memory, OLD, false);
}

/* Every length of the newest. */
Test(record, sees_every_cut)
{
    struct memory memory;
    begin_with_old(&memory, false);
    for (size_t length = memory.durable[1].length; length-- > 0;) {
        memory.durable[1].length = length;
        expect_record(&memory, OLDEST, length > 0); /* nothing at all may never have been saved */
    }
    cr_assert_eq(save(&memory, OLD), LOOM_OK);
    cr_assert_eq(save(&memory, NEW), LOOM_OK);
    memory.durable[0].length = 0;
    expect_record(&memory, OLD, true);
}

/* Nothing whole is told from nothing saved, and the next save puts an end to it. */
Test(record, begins_anew_where_nothing_is_whole)
{
    struct memory memory;
    begin_with_old(&memory, false);
    memory.durable[0].bytes[30] ^= 1u;
    memory.durable[1].bytes[30] ^= 1u;
    cr_expect_eq(load(&memory), LOOM_BAD_REQUEST);
    cr_expect_eq(save(&memory, NEW), LOOM_OK);
    expect_record(&memory, NEW, false);
    cr_expect_eq(save(&memory, OLD), LOOM_OK);
    expect_record(&memory, OLD, false);
}

/* A bad place of the medium costs one record, and is written anew. */
Test(record, survives_a_slot_that_cannot_be_read)
{
    struct memory memory;
    begin_with_old(&memory, false);
    memory.rotten = 1;
    expect_record(&memory, OLDEST, true);
    cr_expect_eq(save(&memory, NEW), LOOM_OK);
    expect_record(&memory, NEW, false);
}

/* ---- power cuts ------------------------------------------------------------------------------ */

/* Every cut of a save, every fate of what was not synced. */
static void cut_everywhere(const struct memory *before, const char *text,
                           const char *const *allowed, bool may_be_none)
{
    enum loom_status status = LOOM_UNAVAILABLE;
    for (uint32_t budget = 0; status != LOOM_OK; budget++) {
        struct memory during = *before;
        during.budget = budget;
        status = save(&during, text);
        for (unsigned fates = 0; fates < fates_of(&during); fates++) {
            struct memory after = during;
            lose_power(&after, fates);
            enum loom_status got = load(&after);
            if (status == LOOM_OK) {
                cr_assert(got == LOOM_OK && strcmp(loaded.text, text) == 0, "cut %u, fates %u",
                          budget, fates);
            } else if (got != LOOM_OK) {
                cr_assert(may_be_none && (got == LOOM_NOT_FOUND || got == LOOM_BAD_REQUEST),
                          "cut %u, fates %u: %d", budget, fates, got);
            } else {
                cr_assert(is_one_of(allowed), "cut %u, fates %u: %s", budget, fates, loaded.text);
            }
        }
    }
}

/* Issue: torn records are detected and the previous good state is used. */
Test(record, is_old_or_new_after_every_cut)
{
    static const char *const allowed[] = {OLD, NEW, NULL};
    struct memory memory;
    for (int flash = 0; flash < 2; flash++) {
        begin_with_old(&memory, flash != 0);
        cut_everywhere(&memory, NEW, allowed, false);
        cut_everywhere(&memory, "n", (const char *const[]){OLD, "n", NULL}, false);
    }
}

/* The second save of all is the first that has a record to lose. */
Test(record, is_old_or_new_after_every_cut_of_the_second_save)
{
    static const char *const allowed[] = {OLD, NEW, NULL};
    struct memory memory;
    begin(&memory, false);
    cr_assert_eq(save(&memory, OLD), LOOM_OK);
    cut_everywhere(&memory, NEW, allowed, false);
}

/* A device that loses power in its first save starts as new. */
Test(record, is_none_or_new_after_every_cut_of_the_first_save)
{
    static const char *const allowed[] = {NEW, NULL};
    struct memory memory;
    for (int flash = 0; flash < 2; flash++) {
        begin(&memory, flash != 0);
        cut_everywhere(&memory, NEW, allowed, true);
    }
}

/* A crash loses nothing that was written, synced or not; what comes after it is cut by the power.
 */
Test(record, survives_a_power_cut_after_a_crash)
{
    static const char *const allowed[] = {"old", "new", "last", NULL};
    struct memory memory;
    enum loom_status status = LOOM_UNAVAILABLE;
    begin(&memory, false);
    cr_assert_eq(save(&memory, "oldest"), LOOM_OK);
    cr_assert_eq(save(&memory, "old"), LOOM_OK);
    for (uint32_t budget = 0; status != LOOM_OK; budget++) {
        struct memory crashed = memory;
        crashed.budget = budget;
        status = save(&crashed, "new");
        crashed.off = false;
        cut_everywhere(&crashed, "last", allowed, false);
    }
}

/* ---- a medium that fails --------------------------------------------------------------------- */

/* Every call fails once: what was refused is not there, what was not is. */
Test(record, stands_when_any_call_fails)
{
    struct memory memory;
    unsigned calls;
    begin_with_old(&memory, false);
    memory.calls = 0;
    struct memory sound = memory;
    cr_assert_eq(save(&sound, NEW), LOOM_OK);
    calls = sound.calls;
    cr_assert_gt(calls, 8u);
    for (unsigned i = 1; i <= calls; i++) {
        struct memory failing = memory;
        failing.fail_at = i;
        enum loom_status status = save(&failing, NEW);
        cr_expect(status == LOOM_OK || status == LOOM_UNAVAILABLE, "call %u: %d", i, status);
        failing.fail_at = 0;
        cr_expect_eq(load(&failing), LOOM_OK, "call %u", i);
        cr_expect_str_eq(loaded.text, status == LOOM_OK ? NEW : OLD, "call %u", i);
        cr_expect_eq(save(&failing, "next"), LOOM_OK, "call %u", i);
        cr_expect_eq(load(&failing), LOOM_OK);
        cr_expect_str_eq(loaded.text, "next");
    }
}

/* All calls from one on fail, then the power is cut. */
Test(record, stands_when_the_medium_dies)
{
    static const char *const allowed[] = {OLD, NEW, NULL};
    struct memory memory;
    enum loom_status status = LOOM_UNAVAILABLE;
    begin_with_old(&memory, true);
    for (unsigned i = 1; status != LOOM_OK; i++) {
        struct memory dying = memory;
        dying.fail_on = true;
        dying.fail_at = memory.calls + i;
        status = save(&dying, NEW);
        for (unsigned fates = 0; fates < fates_of(&dying); fates++) {
            struct memory after = dying;
            after.fail_at = 0;
            lose_power(&after, fates);
            cr_assert_eq(load(&after), LOOM_OK);
            cr_assert(is_one_of(status == LOOM_OK ? allowed + 1 : allowed), "call %u: %s", i,
                      loaded.text);
        }
    }
}

/* A medium that does not answer at the moment is not taken for one that was never written. */
Test(record, is_not_forgotten_by_a_medium_that_does_not_answer)
{
    struct memory memory;
    begin_with_old(&memory, false);
    memory.calls = 0;
    struct memory sound = memory;
    cr_assert_eq(load(&sound), LOOM_OK);
    for (unsigned i = 1; i <= sound.calls; i++) {
        struct memory failing = memory;
        failing.fail_at = i;
        cr_expect_eq(load(&failing), LOOM_UNAVAILABLE, "call %u", i);
    }
}

static enum loom_status write_wrong(void *self, unsigned slot, size_t offset, const void *data,
                                    size_t length)
{
    struct memory *memory = self;
    enum loom_status status = memory_write(self, slot, offset, data, length);
    if (offset > 0) {
        memory->ops[memory->op_count - 1].data[length - 1] ^= 0x80u;
    }
    return status;
}

/* Worn flash says that all is well. */
Test(record, is_not_saved_where_it_reads_otherwise)
{
    struct memory memory;
    begin_with_old(&memory, true);
    memory.medium.write = write_wrong;
    cr_expect_eq(save(&memory, NEW), LOOM_UNAVAILABLE);
    cr_expect_eq(load(&memory), LOOM_OK);
    cr_expect_str_eq(loaded.text, OLD);
}
