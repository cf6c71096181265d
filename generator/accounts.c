/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts.h"

#include "loom/ids.h"

#include <stddef.h>

#define BIT(resource) (1u << (resource))

struct account_object {
    uint16_t object;
    uint32_t secrets;     /* bit k: resource k */
    uint32_t credentials; /* bit k: resource k */
};

static const struct account_object account_objects[] = {
    {LOOM_ID_SECURITY,
     BIT(LOOM_ID_SECURITY_SECRET_KEY) | BIT(LOOM_ID_SECURITY_SMS_BINDING_SECRET_KEY_S),
     BIT(LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY) | BIT(LOOM_ID_SECURITY_SERVER_PUBLIC_KEY) |
         BIT(LOOM_ID_SECURITY_SECRET_KEY)},
    {LOOM_ID_SERVER, 0, 0},
    {LOOM_ID_ACCESS_CONTROL, 0, 0},
    {LOOM_ID_OSCORE, BIT(0), 0},      /* Master Secret */
    {LOOM_ID_COSE, BIT(2), 0},        /* Key */
    {LOOM_ID_MQTT_SERVER, BIT(8), 0}, /* Password */
};

static const struct account_object *find(uint16_t object)
{
    for (size_t i = 0; i < sizeof account_objects / sizeof account_objects[0]; i++) {
        if (account_objects[i].object == object) {
            return &account_objects[i];
        }
    }
    return NULL;
}

bool loomc_is_account(uint16_t object)
{
    return find(object) != NULL;
}

bool loomc_is_secret(uint16_t object, uint16_t resource)
{
    const struct account_object *account = find(object);

    return account != NULL && resource < 32 && (account->secrets & BIT(resource)) != 0;
}

bool loomc_is_credential(uint16_t object, uint16_t resource)
{
    const struct account_object *account = find(object);

    return account != NULL && resource < 32 && (account->credentials & BIT(resource)) != 0;
}
