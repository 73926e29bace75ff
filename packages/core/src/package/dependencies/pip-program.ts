/*
 * pip can choose wheels for another Python and another system (--python-version, --platform, --abi), but it judges conditions
 * such as `sys_platform == "linux"` by the Python that it runs on (https://github.com/pypa/pip/issues/11664), and up to 25.x
 * the requirement of a wheel on Python too. Both are replaced here, and tried before pip begins: a pip whose inside is different
 * ends at once, and another one is taken (pip.ts).
 *
 * Arguments: the place of pip if it is not installed, the environment of markers as JSON, and what follows.
 */
const preamble = `
import json, sys
place, target = sys.argv[1], json.loads(sys.argv[2])
del sys.argv[1:3]
if place:
    sys.path.insert(0, place)
from pip._vendor.packaging import markers
markers.default_environment = lambda: dict(target)
`

/** Runs pip for the target with the arguments that are left. */
export const pipProgram: string = `${preamble}
from pip._internal.resolution.resolvelib import factory
version = tuple(map(int, target['python_full_version'].split('.')))
candidate = factory.RequiresPythonCandidate
factory.RequiresPythonCandidate = lambda given: candidate(version)
for name, value in target.items():
    if not markers.Marker("%s == '%s'" % (name, value)).evaluate({'extra': ''}):
        sys.exit('this pip cannot be told for which Python and system it works')
sys.argv[0] = 'pip'
from pip._internal.cli.main import main
sys.exit(main())
`

/**
 * Reads pip's report of a resolution (the file of the argument that is left) and prints which package needs which, as JSON: for
 * each normalised name the names that its conditions ask for on the target, with the extras that others want of it.
 */
export const needsProgram: string = `${preamble}
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name as name_of
with open(sys.argv[1], encoding='utf-8') as file:
    installed = json.load(file)['install']
wants = {name_of(one['metadata']['name']): [Requirement(text) for text in one['metadata'].get('requires_dist', [])]
    for one in installed}
extras = {name_of(one['metadata']['name']): {'', *one.get('requested_extras', [])} for one in installed}
needs, count = {}, -1
while count != sum(map(len, extras.values())): # what is wanted of one can be known after it was looked at
    count = sum(map(len, extras.values()))
    for name, requirements in wants.items():
        needs[name] = set()
        for wanted in requirements:
            other = name_of(wanted.name)
            if other not in wants:
                continue
            if wanted.marker is None or any(wanted.marker.evaluate({'extra': extra}) for extra in extras[name]):
                extras[other] |= wanted.extras
                needs[name] |= {other} - {name}
print(json.dumps({name: sorted(others) for name, others in needs.items()}))
`
