#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The schema of loomc --strict against OMA's own, by another validator: of each file of the OMA
# registry both say the same, and so they do of a model that breaks one rule after the other. Skipped
# where xmllint or the registry is missing.
#
# usage: schema.sh LOOMC REGISTRY
set -eu

loomc=${1:?usage: schema.sh LOOMC REGISTRY}
registry=${2:?usage: schema.sh LOOMC REGISTRY}
schema=$registry/LWM2M-v1_1.xsd

command -v xmllint > /dev/null || { echo "skipped: no xmllint (libxml2-utils)"; exit 77; }
[ -f "$schema" ] || { echo "skipped: no $schema"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A file for each way to break the schema with one change of a line of a good model.
mutate() # NAME SED-COMMAND
{
    sed "$2" "$work/good.xml" > "$work/broken-$1.xml"
    ! cmp -s "$work/good.xml" "$work/broken-$1.xml" || { echo "$1: changes nothing" >&2; exit 1; }
}
cat > "$work/good.xml" << 'END'
<LWM2M>
<Object ObjectType="MODefinition">
<Name>Probe</Name>
<Description1/>
<ObjectID>26300</ObjectID>
<ObjectURN>urn:oma:lwm2m:x:26300</ObjectURN>
<MultipleInstances>Single</MultipleInstances>
<Mandatory>Optional</Mandatory>
<Resources>
<Item ID="0">
<Name>Value</Name>
<Operations>RW</Operations>
<MultipleInstances>Multiple</MultipleInstances>
<Mandatory>Mandatory</Mandatory>
<Type>Integer</Type>
<RangeEnumeration/>
<Units/>
<Description/>
</Item>
</Resources>
<Description2/>
</Object>
</LWM2M>
END
for line in 3 4 5 6 7 8 11 12 13 14 15 16 17 18 21; do
    mutate "without-$line" "${line}d"
    mutate "twice-$line" "${line}p"
    mutate "swapped-$line" "${line}{h;d};$((line + 1)){G}"
    mutate "nested-$line" "${line}s,>.*\$,><b/></Name>,;${line}s,/>.*,><b/></Name>,"
done
mutate blanks-operations 's, *<Operations>RW,<Operations> RW,'
mutate blanks-type 's,>Integer<,>Integer <,'
mutate unknown-type 's,>Integer<,>integer<,'
mutate unknown-operations 's,>RW<,>WR<,'
mutate unknown-element 's,^<Units/>,<Units/><Unit/>,'
mutate unknown-attribute 's,<Item ID,<Item Id="1" ID,'
mutate no-object-type 's, ObjectType="MODefinition",,'
mutate no-item-id 's, ID="0",,'
mutate item-id 's, ID="0", ID="x",'
mutate stray-text 's,^<Resources>,<Resources>stray,'
mutate namespace 's,^<LWM2M>,<LWM2M xmlns="urn:x">,'
mutate no-resources '/<Resources>/,/<.Resources>/d'
mutate no-items '/<Item/,/<.Item>/d'

failed=0
files=0
broken=0
for file in "$registry"/[0-9]*.xml "$registry"/version_history/[0-9]*.xml "$work"/*.xml; do
    ours=valid
    theirs=valid
    # Of the registry only what is said of the schema counts: no file of it is refused otherwise.
    case $file in
    "$work"/*) "$loomc" --check --strict "$file" > "$work/messages" 2>&1 || ours=broken ;;
    *)
        "$loomc" --check --strict "$file" > "$work/messages" 2>&1 || true
        ! grep -q ': error: schema: ' "$work/messages" || ours=broken
        ;;
    esac
    xmllint --nonet --noout --schema "$schema" "$file" 2> /dev/null || theirs=broken
    if [ "$ours" != "$theirs" ]; then
        echo "$file: $ours for loomc, $theirs for xmllint" >&2
        failed=1
    fi
    files=$((files + 1))
    [ "$ours" = valid ] || broken=$((broken + 1))
done
echo "$files files, $broken of them break the schema"
exit $failed
