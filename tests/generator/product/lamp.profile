# SPDX-License-Identifier: Apache-2.0
# Everything that a profile can say of a resource.

object 26301
    room 3
    initial 1
    value 0 "Hall \ ?"
    value 1 7
    value 2 4294967296
    value 3 0.5
    value 4 -9223372036854775808
    value 5 00ff
    value 6 26301:1
    value 7 1 18446744073709551614
    value 8 true
    read-only 0 3
    hide 5
    handled 10
    read-only 10
    constant Maker "ACME & Sons"
    constant Voltages 12 24 230
    instance 2                  # a second lamp from the factory
        value Label Cellar
        value Mode OFF
        value Scenes 9=100 4=50
