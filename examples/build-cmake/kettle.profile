# SPDX-License-Identifier: Apache-2.0
# What the kettle has of its models. docs/profile.md describes this file.

object 3                        # Device: the mandatory resources, and who made it
    only "Manufacturer"
    complete
    size "Manufacturer" 32
    reported all

object 32010                    # Kettle
    handled "Water Temperature" # from the sensor, in kettle.c

product kitchen
    uses 3
    uses 32010
