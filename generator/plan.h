/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is generated: the objects of the models with the choices of a profile, and the products made
 * of them. Everything the templates speak about stands here.
 */
#ifndef LOOMC_PLAN_H
#define LOOMC_PLAN_H

#include "diagnostics.h"
#include "model.h"
#include "names.h"
#include "profile.h"

enum loomc_serving {
    LOOMC_STORED,   /**< a member of the instance struct */
    LOOMC_HANDLED,  /**< functions of the product */
    LOOMC_REPORTED, /**< an executable that the runtime's hook hears of */
    LOOMC_SHOWN     /**< a view on a resource of Security */
};

struct loomc_preset;

/** Lines of the profile that speak of a resource, the last one of each kind, or NULL. Lines with
 *  errors are none. */
struct loomc_said {
    const struct loomc_setting *serving;  /**< who serves it: `handled`, `constant`, ... */
    const struct loomc_setting *firmware; /**< the client serves it */
    const struct loomc_setting *hide;     /**< no server sees it */
    const struct loomc_setting *left_out; /**< `without` or `only`, if it is left out */
    const struct loomc_setting *named;    /**< that gives it something, and names it: not `all` */
    const struct loomc_setting *name;     /**< what it is in the place of the model */
    const struct loomc_setting *type;
    const struct loomc_setting *range;
    const struct loomc_setting *values;
};

/** One resource as the product has it. */
struct loomc_row {
    const struct loomc_resource *resource;
    enum loomc_serving serving;
    bool stream; /**< HANDLED, and its value goes in pieces */
    bool own;    /**< HANDLED, by functions of the runtime */
    bool left_out;
    unsigned capacity;     /**< bytes a stored String, Corelnk or Opaque has room for */
    bool sized;            /**< the profile says the capacity */
    unsigned default_bits; /**< of `width` where there is no range */
    unsigned bits;         /**< what the profile says of `width`; 0: nothing */
    size_t bits_offset;    /**< of that line in the profile */
    unsigned width;        /**< bits of a stored Integer, Unsigned Integer or Time */
    unsigned count;        /**< room for resource instances, 1 for a single resource */
    unsigned handler;      /**< HANDLED: index of its handler */
    unsigned range;        /**< 1 + index of its first range, 0 without one */
    const struct loomc_range_row *ranges; /**< the first one, NULL without one */
    uint16_t shown;                       /**< SHOWN: id of the Security resource */
    bool readable;                        /**< by a server; never more than the model says */
    bool writable;                        /**< by a server; never more than the model says */
    bool secret;                          /**< its value is key material */
    bool credential;                      /**< the security mode decides whether it is there */
    const struct loomc_setting *preset;   /**< what the profile says it begins with, or NULL */
    struct loomc_said said;
    bool constant;                  /**< HANDLED, and `preset` is what it always is */
    struct loomc_preset *constants; /**< its values, in order of resource instances */
    size_t constant_count;
    const char *const *comment; /**< lines for the reader of the header */
    size_t comment_count;
};

/** One range of an object's table. */
struct loomc_range_row {
    const struct loomc_row *row; /**< whose range it is first */
    struct loomc_range range;
    bool texts; /**< the strings of `row` in its place */
    bool more;  /**< the next one belongs to the same resources */
};

/** A value that a new instance begins with. It has been checked. */
struct loomc_preset {
    const struct loomc_row *row;
    uint16_t resource_instance;
    const char *value;   /**< as C writes it */
    size_t literal_size; /**< bytes of the string literal in it, 0 if there is none */
    bool more;           /**< another one follows */
};

/** A line of the profile about an instance that the product has from the factory. */
struct loomc_given_line {
    const struct loomc_token *instance;  /**< its id */
    const struct loomc_setting *setting; /**< `value`, or NULL: that there is the instance */
};

/** What becomes of it: an instance to be made, or a value of one. */
struct loomc_given {
    uint16_t instance;
    const struct loomc_token *token;     /**< where the profile says it */
    const struct loomc_given_line *line; /**< of a value: the line that says it */
    struct loomc_preset value;           /**< without a row: make the instance */
    bool more;                           /**< another one follows */
};

struct loomc_plan_object {
    const struct loomc_object *object;
    const char *prefix;     /**< what its identifiers begin with */
    struct loomc_row *rows; /**< ascending by id */
    size_t row_count;
    struct loomc_range_row *ranges;
    size_t range_count;
    size_t handler_count;
    struct loomc_preset *presets;
    size_t preset_count;
    struct loomc_given_line *given_lines; /**< in the order of the profile */
    size_t given_line_count;
    size_t given_line_room;
    struct loomc_given *given; /**< by instance */
    size_t given_count;
    unsigned room;    /**< instances; 0 for a view */
    unsigned initial; /**< instances at first start */
    bool complete;    /**< initial instances have the optional resources too */
    bool hidden;
    bool persistent;
    bool account;  /**< its instances belong to accounts */
    bool staged;   /**< a bootstrap may change it */
    bool firmware; /**< the client runs it as the Firmware Update */
    bool view;
    size_t alignment; /**< of an instance, where 64-bit numbers are aligned to 8 */
    const struct loomc_token *initial_token; /**< where the profile says it, or NULL */
    const struct loomc_setting *hidden_line; /**< where the profile says it, or NULL */
    const struct loomc_setting *view_line;   /**< same */
    size_t
        size; /**< bytes of an instance where 64-bit numbers are aligned to 8: the most it takes */
    const char *const *comment;
    size_t comment_count;
};

/** A resource of a product that is a stream. */
struct loomc_stream {
    const struct loomc_plan_object *object;
    const struct loomc_row *row;
    bool more; /**< another one follows */
};

struct loomc_plan_product {
    const char *name;
    unsigned lwm2m;                           /**< 0x0100, ...; 0: not tied to a version */
    const struct loomc_plan_object **objects; /**< ascending by id */
    size_t count;
    struct loomc_stream *streams; /**< in the order of the objects */
    size_t stream_count;
    size_t room;
    size_t offset;     /**< of its line in the profile */
    bool wanting;      /**< it should have an object that there is not */
    uint64_t formats;  /**< bit k: row k of loomc_format_picks */
    uint64_t features; /**< bit k: row k of loomc_feature_picks */
};

struct loomc_plan {
    struct loomc_plan_object *objects; /**< ascending by id and version */
    size_t count;
    struct loomc_plan_product *products;
    size_t product_count;
    const struct loomc_plan_object **handled; /**< of any product, that have functions of it */
    size_t handled_count;
    const char *license; /**< the licence that all models share, or NULL */
    const char *prefix;  /**< what identifiers and files of C begin with */
};

/** What loomc_plan_error() has heard of. */
struct loomc_told {
    struct loomc_names places; /**< each once */
    unsigned faults;           /**< those of each version */
};

/** What making a plan needs. */
struct loomc_planner {
    struct loomc_arena *arena;
    struct loomc_diagnostics *diagnostics;
    const struct loomc_profile *profile; /**< NULL: none */
    struct loomc_names *names;
    struct loomc_plan *plan;
    struct loomc_told *told;
    struct loomc_cursor *cursor; /**< in the profile */
    /** The settings have no errors. Else what they would lead to is no news. */
    bool settled;
};

/** Makes the plan. All problems are reported. */
struct loomc_plan loomc_plan_make(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                                  const struct loomc_models *models, struct loomc_names *names,
                                  const struct loomc_profile *profile);

/* The steps, in this order; each in a file of its own. */

/** Gives the objects their defaults, and what the profile says of objects (plan_settings.c). */
void loomc_plan_settings(const struct loomc_planner *planner);

/** Finds lines of the profile that contradict each other (plan_clashes.c). */
void loomc_plan_clashes(const struct loomc_planner *planner);

/** Drops what is left out; sizes, ranges, handlers, comments (plan_layout.c). */
void loomc_plan_layout(const struct loomc_planner *planner);

/** Checks the values that new instances begin with (plan_presets.c). */
void loomc_plan_presets(const struct loomc_planner *planner);

/** Checks the instances that the product has from the factory (plan_given.c). */
void loomc_plan_given(const struct loomc_planner *planner);

/** Puts the products together (plan_products.c). */
void loomc_plan_products(const struct loomc_planner *planner);

/** @return NULL, or what is wrong with a line that repairs a resource (plan_repairs.c). */
const char *loomc_plan_judge_repair(const struct loomc_planner *planner,
                                    const struct loomc_setting *setting,
                                    const struct loomc_resource *resource);

/**
 * Reads a value of a resource (plan_presets.c).
 * @param verb what the resource does with it, for messages: `begins with`
 * @return false after an error was reported
 */
bool loomc_plan_value(const struct loomc_planner *planner, const struct loomc_row *row,
                      const struct loomc_token *token, const char *verb,
                      struct loomc_preset *preset);

/* What more than one step needs (plan_find.c). */

/** No resource in particular. */
#define LOOMC_PART_NONE 65535u

/** @return the line of a setting in the profile, for messages. */
unsigned loomc_plan_line(const struct loomc_planner *planner, const struct loomc_setting *setting);

/**
 * Reports what is wrong with a place of the profile. A line speaks of all versions of an object:
 * what is wrong with it in several of them is reported once.
 * @param part the resource that it is about, or LOOMC_PART_NONE
 */
void loomc_plan_error(const struct loomc_planner *planner, size_t offset, unsigned part,
                      const char *problem);

/** Same, of a resource that the message begins with. */
void loomc_plan_error_of(const struct loomc_planner *planner, size_t offset,
                         const struct loomc_resource *resource, const char *problem);

/**
 * Reads which objects the arguments `ID [VERSION]` or `"NAME" [VERSION]` speak of.
 * @param first receives the first of them in the plan, the others follow it
 * @return how many; 0 after an error was reported
 */
size_t loomc_plan_find(const struct loomc_planner *planner, const struct loomc_setting *setting,
                       struct loomc_plan_object **first);

/** Reads a number from the profile. @return false after an error was reported. */
bool loomc_plan_number(const struct loomc_planner *planner, const struct loomc_token *token,
                       unsigned least, unsigned most, unsigned *number);

#endif
