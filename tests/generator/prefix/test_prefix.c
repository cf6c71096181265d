/* SPDX-License-Identifier: Apache-2.0 */
/* Two generated libraries in one program, of models with one id and one name, which is the name of
 * a header of C. */
#include "loom_objects.h"
#include "other_objects.h"

#include <criterion/criterion.h>
#include <limits.h>

static unsigned forgotten;
static unsigned forgotten_by_others;

enum loom_status loom_limits_execute_forget(const struct loom_at *at, struct loom_text arguments)
{
    (void)at;
    (void)arguments;
    forgotten++;
    return LOOM_OK;
}

enum loom_status other_limits_execute_forget(const struct loom_at *at, struct loom_text arguments)
{
    (void)at;
    (void)arguments;
    forgotten_by_others++;
    return LOOM_OK;
}

Test(prefix, keeps_two_libraries_apart)
{
    struct loom_objects_data data;
    struct other_objects_data other_data;
    struct loom_model model;
    struct loom_model other;
    struct loom_path forget = loom_path_resource(LOOM_LIMITS, 0, LOOM_LIMITS_FORGET);
    int64_t value = 0;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    loom_model_init(&other, &other_objects, &other_data, NULL, NULL);
    cr_expect_neq((const void *)&loom_objects, (const void *)&other_objects);
    cr_expect_eq((int)OTHER_PRODUCT_COUNT, 1);

    /* Each has the range of its own model. */
    cr_expect_eq(loom_limits_set_int_max(&model, 0, 100), LOOM_OK);
    cr_expect_eq(other_limits_set_int_max(&other, 0, 100), LOOM_BAD_REQUEST);
    cr_expect_eq(other_limits_set_int_max(&other, 0, 7), LOOM_OK);
    cr_expect_eq(loom_limits_get_int_max(&model, 0, &value), LOOM_OK);
    cr_expect_eq(value, 100);
    cr_expect_eq(other_limits_get_int_max(&other, 0, &value), LOOM_OK);
    cr_expect_eq(value, 7);

    /* And its own functions. */
    cr_expect_eq(loom_model_execute(&model, &forget, (struct loom_text){"", 0}), LOOM_OK);
    cr_expect_eq(forgotten, 1);
    cr_expect_eq(forgotten_by_others, 0);
    cr_expect_eq(loom_model_execute(&other, &forget, (struct loom_text){"", 0}), LOOM_OK);
    cr_expect_eq(forgotten_by_others, 1);
}

/* What <limits.h> above has found, although the headers of the models stand before the system's. */
Test(prefix, hides_no_header_of_the_system)
{
    cr_expect_eq(INT_MAX / 2 + 1, 1 << 30);
}
