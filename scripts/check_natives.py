#!/usr/bin/env python3
"""check_natives.py [--zig ZIG] DIRECTORY PLATFORM...

Looks at library and launcher of each platform below DIRECTORY: that they are of its format and processor, need no
library and no symbol of glibc that its oldest system lacks, and (macOS on arm) carry a code signature that fits what is
in them. With zig, also that each symbol they leave open is there on the target: a program that takes the
addresses of all of them is linked with zig's stubs, and must not be once a symbol is added that no system has.

Each file must also be refused as one of every other platform, so that no check passes whatever it is given.
"""
import hashlib
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

NEWEST_GLIBC = (2, 28)
GLIBC = {"libc.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"}
# platform: format, processor in it, zig's name of it, libraries that it may need
PLATFORMS = {
    "linux-x86-64": ("ELF", 62, "x86_64-linux-gnu.2.28", GLIBC | {"ld-linux-x86-64.so.2"}),
    "linux-aarch64": ("ELF", 183, "aarch64-linux-gnu.2.28", GLIBC | {"ld-linux-aarch64.so.1"}),
    "linux-x86-64-musl": ("ELF", 62, "x86_64-linux-musl", {"libc.so"}),
    "linux-aarch64-musl": ("ELF", 183, "aarch64-linux-musl", {"libc.so"}),
    "darwin-x86-64": ("Mach-O", 0x01000007, "x86_64-macos.13.3", {"/usr/lib/libSystem.B.dylib"}),
    "darwin-aarch64": ("Mach-O", 0x0100000C, "aarch64-macos.13.3", {"/usr/lib/libSystem.B.dylib"}),
}
ENTRY_POINT = "Java_org_interlock_internal_HotCalls_"


class Refused(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Refused(message)


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *map(str, arguments)], check=True, capture_output=True, text=True).stdout


class Elf:
    """needed: libraries; undefined: symbols; defined; glibc: the newest version asked for."""

    def __init__(self, path):
        content = path.read_bytes()
        require(content[:5] == b"\x7fELF\x02", "is no 64-bit ELF file")
        self.machine = struct.unpack_from("<H", content, 18)[0]
        self.needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("-d", path)))
        self.undefined, self.defined, self.glibc = set(), set(), (0, 0)
        for line in readelf("--dyn-syms", path).splitlines():
            words = line.split()
            if len(words) < 8 or not words[0].rstrip(":").isdigit():
                continue
            name, _, version = words[7].partition("@")
            if words[6] != "UND":
                self.defined.add(name)
            elif words[4] == "GLOBAL":  # a weak one may be missing
                self.undefined.add(name)
            found = re.fullmatch(r"@?GLIBC_(\d+)\.(\d+)(\.\d+)?", version)
            if found and words[6] == "UND":
                self.glibc = max(self.glibc, (int(found[1]), int(found[2])))

    def check_signature(self):
        pass  # ELF has none


class MachO:
    """The same of a Mach-O file, which no tool of Debian's base reads: mach-o/loader.h, nlist.h, cs_blobs.h."""

    LC_SYMTAB, LC_LOAD_DYLIB, LC_CODE_SIGNATURE = 0x2, 0xC, 0x1D

    def __init__(self, path):
        self.content = content = path.read_bytes()
        require(content[:4] == b"\xcf\xfa\xed\xfe", "is no 64-bit Mach-O file")
        self.machine, commands = struct.unpack_from("<I", content, 4)[0], struct.unpack_from("<I", content, 16)[0]
        self.needed, self.undefined, self.defined, self.glibc = set(), set(), set(), (0, 0)
        self.signature = None
        at = 32
        for _ in range(commands):
            command, size = struct.unpack_from("<II", content, at)
            if command == self.LC_LOAD_DYLIB:
                self.needed.add(self.text(at + struct.unpack_from("<I", content, at + 8)[0]))
            elif command == self.LC_CODE_SIGNATURE:
                self.signature = struct.unpack_from("<II", content, at + 8)
            elif command == self.LC_SYMTAB:
                self.read_symbols(*struct.unpack_from("<III", content, at + 8))
            at += size

    def text(self, at):
        return self.content[at : self.content.index(b"\0", at)].decode()

    def read_symbols(self, symbols, count, strings):
        for index in range(count):
            name, kind, _, description, _ = struct.unpack_from("<IBBHQ", self.content, symbols + 16 * index)
            if kind & 0xE0 or not kind & 1:  # of the debugger, or not external
                continue
            is_undefined = kind & 0x0E == 0 and not description & 0x40  # and not a weak one
            symbol = self.text(strings + name)
            if symbol.startswith("_"):  # what C can name; the linker itself asks for one that it cannot
                (self.undefined if is_undefined else self.defined).add(symbol[1:])

    def check_signature(self):
        """Every page's hash, as the kernel compares it before it runs anything."""
        require(self.signature is not None, "has no code signature")
        offset, size = self.signature
        magic, _, blobs = struct.unpack_from(">III", self.content, offset)
        require(magic == 0xFADE0CC0 and offset + size <= len(self.content), "has a code signature that is none")
        directory = offset + dict(struct.unpack_from(">II", self.content, offset + 12 + 8 * i) for i in range(blobs))[0]
        (magic, _, _, _, hashes, _, _, slots, limit, hash_size, hash_type, _, page_bits) = struct.unpack_from(
            ">IIIIIIIIIBBBB", self.content, directory
        )
        require(magic == 0xFADE0C02 and hash_type == 2 and hash_size == 32, "is not signed with SHA-256")
        page = 1 << page_bits
        require(limit == offset and slots == -(-limit // page), "has a code signature that leaves a part out")
        for slot in range(slots):
            found = hashlib.sha256(self.content[slot * page : min((slot + 1) * page, limit)]).digest()
            wanted = directory + hashes + slot * hash_size
            require(found == self.content[wanted : wanted + hash_size], f"was changed after it was signed: page {slot}")


def check_file(path, platform):
    """What can be seen of the file itself; the file as it was read."""
    form, machine, _, libraries = PLATFORMS[platform]
    file = (Elf if form == "ELF" else MachO)(path)
    require(file.machine == machine, f"is for processor {file.machine}, not {machine}")
    require(file.needed <= libraries, f"needs {sorted(file.needed - libraries)}")
    require(file.glibc <= NEWEST_GLIBC, "needs glibc %d.%d" % file.glibc)
    if platform == "darwin-aarch64":  # on Intel macOS runs what nobody signed
        file.check_signature()
    return file


def links(zig, platform, symbols):
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "open.c")
        lines = [f"extern char {symbol}[];" for symbol in symbols if symbol != "main"]
        taken = ", ".join(symbol for symbol in symbols if symbol != "main")
        lines += [f"char *all[] = {{{taken}}};", "int main(void) { return all[0] == all[1]; }"]
        source.write_text("\n".join(lines))
        run = [zig, "cc", "-w", "-fno-builtin", "-O0", "-target", PLATFORMS[platform][2]]
        run += ["-o", str(Path(directory, "open")), str(source)]
        return subprocess.run(run, capture_output=True, text=True)


def check_open_symbols(zig, platform, symbols):
    linked = links(zig, platform, sorted(symbols))
    require(linked.returncode == 0, "needs what is not there: " + linked.stderr)
    linked = links(zig, platform, [*sorted(symbols), "il_what_no_system_has"])
    require(linked.returncode != 0 and "il_what_no_system_has" in linked.stderr, "what it needs could not be checked")


def check_platform(zig, directory, platform):
    library = "libinterlock.dylib" if platform.startswith("darwin") else "libinterlock.so"
    files = {}
    for name in (library, "interlock-launcher"):
        path = directory / platform / name
        try:
            require(path.is_file(), "is not there")
            files[name] = check_file(path, platform)
            if name == library:
                require(any(s.startswith(ENTRY_POINT) for s in files[name].defined), "has no entry points for Java")
            if zig and len(files[name].undefined) > 1:  # a static program leaves nothing open
                check_open_symbols(zig, platform, files[name].undefined)
        except Refused as refusal:
            raise Refused(f"{path}: {refusal}") from None
        for other in PLATFORMS:
            check_is_refused(path, platform, other)
    glibc = max(file.glibc for file in files.values())
    print(f"{platform}: {'glibc %d.%d, ' % glibc if any(glibc) else ''}"
          f"{sum(len(file.undefined) for file in files.values())} symbols of the system's")


def check_is_refused(path, platform, other):
    """A static program for musl needs nothing, and fits glibc's platform of that processor as well."""
    if other == platform or (other.removesuffix("-musl") == platform.removesuffix("-musl") and not Elf(path).needed):
        return
    try:
        check_file(path, other)
    except Refused:
        return
    raise Refused(f"{path} passes for {other}, too")


def main(arguments):
    zig = None
    if arguments[:1] == ["--zig"]:
        zig, arguments = arguments[1], arguments[2:]
    if len(arguments) < 2 or not set(arguments[1:]) <= set(PLATFORMS):
        sys.exit(__doc__)
    try:
        for platform in arguments[1:]:
            check_platform(zig, Path(arguments[0]), platform)
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main(sys.argv[1:])
