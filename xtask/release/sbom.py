"""Writes what is in a file that is handed out, as CycloneDX 1.6: the crates that are compiled into it, what Maven told, and what is linked in besides.

Cargo says which crates these are: `cargo tree` with the features and the processor that the file was built for. What only builds (macros, build scripts)
isn't in it. The same file gives the same list.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import uuid
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

licences = LicenseFactory()


def told(*command: str) -> str:
    """What a program wrote."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@cache
def metadata() -> list[dict[str, Any]]:
    """What cargo knows of every crate."""
    return json.loads(told("cargo", "metadata", "--locked", "--format-version", "1"))["packages"]


def tree(package: str, targets: list[str], features: tuple[str, ...] = ()) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """The crates that are compiled into a package, by name and version, each with those that it uses itself. The package is the first."""
    command = ["cargo", "tree", "--locked", "--package", package, "--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", " {p}", *features]
    uses: dict[tuple[str, str], set[tuple[str, str]]] = {}
    above: list[tuple[str, str]] = []
    for target in targets:
        for line in told(*command, "--target", target).splitlines():
            # What was shown before is shown again without what is below it.
            found = re.match(r"(\d+) (\S+) v(\S+)", line)
            if not found or line.endswith(" (proc-macro)"):
                sys.exit(f"cargo tree says what this program doesn't know: {line}")
            depth, crate = int(found[1]), (found[2], found[3])
            del above[depth:]
            uses.setdefault(crate, set())
            if above:
                uses[above[-1]].add(crate)
            above.append(crate)
    return uses


def crates(package: str, targets: list[str]) -> tuple[list[Component], dict[tuple[str, str], set[tuple[str, str]]]]:
    """The components for the crates of a package, and their graph. As a crate, it has what any of its features takes; what it can do without is optional."""
    known = {(each["name"], each["version"]): each for each in metadata()}
    lock = Path("Cargo.lock").read_text(encoding="utf-8")
    checksums = {
        (name, version): checksum
        for name, version, checksum in re.findall(r'\[\[package\]\]\nname = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"', lock)
    }
    needed = uses = tree(package, targets)
    if targets == ["all"]:
        uses = tree(package, targets, ("--all-features",))
    components = []
    for name, version in uses:
        crate = known[name, version]
        links = []
        if crate["repository"]:
            links.append(ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(crate["repository"])))
        checksum = checksums.get((name, version))
        components.append(
            Component(
                type=ComponentType.LIBRARY,
                name=name,
                version=version,
                bom_ref=f"pkg:cargo/{name}@{version}",
                purl=PackageURL("cargo", None, name, version),
                scope=ComponentScope.REQUIRED if (name, version) in needed else ComponentScope.OPTIONAL,
                # Older crates write a stroke for «or».
                licenses=[licences.make_from_string((crate["license"] or "see licence file").replace("/", " OR "))],
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)] if checksum else [],
                external_references=links,
            )
        )
    return components, uses


# What a crate has in it that no registry of crates tells of: the file that says its version and how, its licence, and its package URL. What is wrong with these
# is told under their own names.
BUNDLED = {
    "libsqlite3-sys": ("sqlite3/sqlite3.h", r'#define SQLITE_VERSION +"(.+)"', "blessing", "pkg:generic/sqlite"),
    "baquiano-console": ("src/pages/assets.rs", r"// htmx ([\d.]+\d) ", "0BSD", "pkg:npm/htmx.org"),
}


def bundled(crate: str) -> Component | None:
    """What a crate has in it that is no crate."""
    if crate not in BUNDLED:
        return None
    file, says, licence, purl = BUNDLED[crate]
    (manifest,) = (each["manifest_path"] for each in metadata() if each["name"] == crate)
    found = re.search(says, (Path(manifest).parent / file).read_text(encoding="utf-8"))
    if not found:
        sys.exit(f"{crate} doesn't say in {file} which version of {purl} it has")
    return other(purl.rpartition("/")[2], found[1], licence, f"{purl}@{found[1]}")


def other(name: str, version: str, licence: str, purl: str) -> Component:
    """A component that is no crate."""
    kind, place = ComponentType.LIBRARY, PackageURL.from_string(purl)
    return Component(type=kind, name=name, version=version, bom_ref=purl, purl=place, licenses=[licences.make_from_string(licence)])


def main() -> None:
    """Reads the arguments, writes the list and checks it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    for name in ("version", "time", "purl", "licence", "description", "package"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--target", action="append", required=True)
    parser.add_argument("--maven", type=Path)
    parser.add_argument("--besides", nargs=4, action="append", default=[], metavar=("NAME", "VERSION", "LICENCE", "PURL"))
    args = parser.parse_args()

    digest = hashlib.sha256(args.file.read_bytes()).hexdigest()
    purl = PackageURL.from_string(f"{args.purl}@{args.version}")
    whole = Component(
        type=ComponentType.APPLICATION if purl.type == "generic" else ComponentType.LIBRARY,
        group=purl.namespace,
        name=purl.name,
        version=args.version,
        bom_ref=args.file.name,
        purl=purl,
        description=args.description,
        licenses=[licences.make_from_string(args.licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{purl}#{digest}"))
    bom.metadata.timestamp = datetime.fromtimestamp(int(args.time), timezone.utc)
    bom.metadata.component = whole

    components, uses = crates(args.package, args.target)
    by_crate = dict(zip(uses, components, strict=True))
    first = next(iter(by_crate))
    if args.target == ["all"]:
        # The file is that crate itself.
        by_crate[first] = whole
        components = components[1:]
    direct = [by_crate[first]]
    for name, version, licence, place in args.besides:
        component = other(name, version, licence, place)
        components.append(component)
        direct.append(component)
    for crate, used in uses.items():
        inside = bundled(crate[0])
        if inside:
            components.append(inside)
        bom.register_dependency(by_crate[crate], [by_crate[each] for each in sorted(used)] + ([inside] if inside else []))

    if args.maven:
        maven = Bom.from_json(json.loads(args.maven.read_text(encoding="utf-8")))
        components.extend(maven.components)
        by_ref = {component.bom_ref.value: component for component in maven.components}
        of_maven = maven.metadata.component.bom_ref.value
        for dependency in maven.dependencies:
            used = [by_ref[each.ref.value] for each in dependency.dependencies]
            if dependency.ref.value == of_maven:
                direct.extend(used)
            else:
                bom.register_dependency(by_ref[dependency.ref.value], used)

    for component in components:
        bom.components.add(component)
    bom.register_dependency(whole, [each for each in direct if each is not whole])
    text = JsonV1Dot6(bom).output_as_string(indent=1) + "\n"
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong:
        sys.exit(f"not as CycloneDX 1.6 wants it: {wrong}")
    args.out.write_text(text, encoding="utf-8")
    print(f"{len(components)} components in {args.out.name}")


main()
