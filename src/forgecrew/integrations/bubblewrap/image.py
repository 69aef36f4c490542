"""A workspace's disk: a sparse ext4 image in a file, mounted by a loop device; its size is the quota.

Formatting takes longer than all the rest, so one template per size is formatted once and copied, holes left out.
"""

import ctypes
import fcntl
import os
import shutil
import struct
import subprocess
from pathlib import Path

_LOOP_CONFIGURE, _LOOP_FREE = 0x4C0A, 0x4C82
_AUTOCLEAR = 4  # the kernel gives the device back with the last mount, also after a crash
_NOSUID, _NODEV, _DETACH = 2, 4, 2
_MOVE_MOUNT, _FSOPEN, _FSCONFIG, _FSMOUNT = 429, 430, 431, 432  # the same for all architectures
_BLOCK_BYTES, _INODE_BYTES = 4096, 256
_SUPERBLOCK, _STATE_AT, _CLEAN = 1024, 58, 1
_PROGRAMS = "/usr/sbin:/sbin:/usr/bin:/bin"
_libc = ctypes.CDLL(None, use_errno=True)


def make(folder: Path, image: Path, bytes_max: int, inodes: int) -> None:
    """Make an empty image. Raises OSError (a full disk of the host too) and leaves nothing then."""
    template = folder / f"template-{bytes_max}-{inodes}"
    if not template.exists():
        _format(template, bytes_max, inodes)
    try:
        _copy(template, image)
    except BaseException:  # whatever went wrong, no half an image
        image.unlink(missing_ok=True)
        raise


def mounted(image: Path) -> int:
    """A descriptor of the mounted file system, which is nowhere yet: closing it unmounts. Raises OSError."""
    with image.open("r+b") as file:
        device, held = _attach(file.fileno())
    system = -1
    try:
        system = _call("fsopen", _FSOPEN, b"ext4", 1)
        _call("source", _FSCONFIG, system, 1, b"source", device.encode(), 0)
        for option in (b"discard", b"noinit_itable"):
            _call("option", _FSCONFIG, system, 0, option, None, 0)
        _call("mount", _FSCONFIG, system, 6, None, None, 0)
        return _call("mount", _FSMOUNT, system, 1, _NOSUID | _NODEV)
    finally:
        for fd in (held, system):
            if fd >= 0:
                os.close(fd)


def place(mount: int, target: int) -> None:
    """Put what `mounted` gave on the folder of a descriptor. Raises OSError."""
    _call("mount", _MOVE_MOUNT, mount, b"", target, b"", 0x44)


def unmount(target: int) -> None:
    """Take the mount away at once; the kernel ends it when nobody is in it any more. Raises OSError."""
    if _libc.umount2(f"/proc/self/fd/{target}".encode(), _DETACH) != 0:
        raise OSError(ctypes.get_errno(), f"unmount: {os.strerror(ctypes.get_errno())}")


def repair(image: Path) -> None:
    """Mend an image that was mounted when the machine went down. Raises OSError when it cannot be mended."""
    with image.open("rb") as file:
        file.seek(_SUPERBLOCK + _STATE_AT)
        if int.from_bytes(file.read(2), "little") == _CLEAN:
            return
    done = subprocess.run([_program("e2fsck"), "-fy", str(image)], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode > 1:
        raise OSError(f"{image.name} is damaged: {done.stdout.decode('utf-8', 'replace').strip()[-200:]}")


def attached(image: Path) -> bool:
    """Whether some loop device of this machine has it, in whatever mount namespace."""
    for told in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            if told.read_text().strip() == str(image):
                return True
        except OSError:  # it has just been given back
            continue
    return False


def _format(template: Path, bytes_max: int, inodes: int) -> None:
    draft = template.with_suffix(".new")
    blocks = bytes_max // _BLOCK_BYTES + inodes * _INODE_BYTES // _BLOCK_BYTES + 128  # the tables do not count as theirs
    with draft.open("wb") as file:
        file.truncate(blocks * _BLOCK_BYTES)
    line = [
        _program("mkfs.ext4"), "-q", "-F", "-m0", "-b", str(_BLOCK_BYTES), "-I", str(_INODE_BYTES), "-N", str(inodes),
        "-O", "^has_journal,^resize_inode", "-E", "lazy_itable_init=1,nodiscard", str(draft),
    ]  # fmt: skip
    done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        draft.unlink()
        raise OSError(f"mkfs.ext4: {done.stderr.decode('utf-8', 'replace').strip()[-200:]}")
    draft.rename(template)


def _copy(template: Path, image: Path) -> None:
    with template.open("rb") as source, image.open("xb") as target:
        size = os.fstat(source.fileno()).st_size
        target.truncate(size)
        at = 0
        while at < size:
            try:
                at = os.lseek(source.fileno(), at, os.SEEK_DATA)
            except OSError:  # only a hole is left
                return
            end = os.lseek(source.fileno(), at, os.SEEK_HOLE)
            while at < end:
                at += os.pwrite(target.fileno(), os.pread(source.fileno(), min(end - at, 1 << 20), at), at)


def _attach(file: int) -> tuple[str, int]:
    """A loop device on an open file, and a descriptor that keeps it until it is mounted."""
    control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
    try:
        for _ in range(20):
            number = fcntl.ioctl(control, _LOOP_FREE)
            device = f"/dev/loop{number}"
            held = os.open(device, os.O_RDWR | os.O_CLOEXEC)
            info = struct.pack("5Q4I64s64s32s2Q", 0, 0, 0, 0, 0, 0, 0, 0, _AUTOCLEAR, b"forgecrew", b"", b"", 0, 0)
            try:
                fcntl.ioctl(held, _LOOP_CONFIGURE, struct.pack("2I", file, 0) + info + bytes(64))
            except BlockingIOError:
                os.close(held)
            except OSError as error:
                os.close(held)
                if error.errno != 16:  # EBUSY: somebody else has taken it meanwhile
                    raise
            else:
                return device, held
    finally:
        os.close(control)
    raise OSError("no loop device is free")


def _program(name: str) -> str:
    found = shutil.which(name, path=_PROGRAMS)
    if found is None:
        raise OSError(f"{name} is not installed; install it with: apt install e2fsprogs")
    return found


def _call(what: str, *words: int | bytes | None) -> int:
    done = int(_libc.syscall(*words))
    if done < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return done
