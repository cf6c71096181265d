# SPDX-License-Identifier: Apache-2.0
# What the house has of its lamps. docs/profile.md describes this file.

object 32011                    # Lamp
    room 2                      # there are two
    initial 2
    handled "Hours"             # from the meter, in meter.c

product house
    uses 32011
