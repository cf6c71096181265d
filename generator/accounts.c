/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts.h"

#include <stddef.h>

#define BIT(resource) (1u << (resource))

struct account_object {
    uint16_t object;
    uint32_t secrets;     /* bit k: resource k */
    uint32_t credentials; /* bit k: resource k */
};

static const struct account_object account_objects[] = {
    /* Security: Secret Key, SMS Binding Secret Key(s); Public Key or Identity, Server Public Key */
    {0, BIT(5) | BIT(8), BIT(3) | BIT(4) | BIT(5)},
    {1, 0, 0},       /* Server */
    {2, 0, 0},       /* Access Control */
    {21, BIT(0), 0}, /* OSCORE: Master Secret */
    {23, BIT(2), 0}, /* COSE: Key */
    {24, BIT(8), 0}, /* MQTT Server: Password */
};

static const struct account_object *find(uint16_t object)
{
    for (size_t i = 0; i < sizeof(account_objects) / sizeof(account_objects[0]); i++) {
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
